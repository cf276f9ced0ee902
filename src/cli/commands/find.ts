/** `grpo-lab find QUERY`: every solution that a filter matches, as they are found. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { append } from '../../core/extremes.js';
import { count, signed, significant } from '../../core/format.js';
import { oneLine } from '../../core/questionPreview.js';
import { addressPath } from '../../protocol/address.js';
import { parse } from '../../query/parse.js';
import { leaves, type PropertyName, type Tree } from '../../query/tree.js';
import { orderOf, type Order } from '../../query/order.js';
import { search, type SearchOptions, type SearchState } from '../../store/finding/search.js';
import { Readers } from '../../store/readers.js';
import { questionMethods } from '../../store/questionMethods.js';
import type { StoreQueries } from '../../store/questions.js';
import type { Store } from '../../store/store.js';
import type { FacetName, FoundSolution } from '../../store/views.js';
import { countProgress } from '../bar.js';
import { LAB } from '../labFolder.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';

export interface FindOptions {
  run: string[];
  sort?: string;
  limit: number;
  /** False: it ends with the last row that is wanted. */
  count: boolean;
  facets: FacetName[];
  /** Seconds. */
  timeout?: number;
}

export async function find(session: CliSession, text: string, options: FindOptions): Promise<ExitCode> {
  const { output } = session;
  const sort = options.sort === undefined ? undefined : sortOf(options.sort);
  const rows: FoundSolution[] = [];
  const bar = countProgress('searching');
  let last: SearchState | undefined;
  await searched(session, text, options, async (states) => {
    for await (const state of states) {
      if (state.rows.length > 0) bar.stop();
      for (const row of state.rows) for (const line of rowLines(row, sort?.by)) output.line(line);
      append(rows, state.rows);
      bar.update(state.seen, state.plan.solutions);
      last = state;
    }
  }).finally(() => bar.stop());
  if (rows.length > 0) output.line();
  for (const line of endLines(last!, rows.length)) output.line(line);
  for (const [name, counts] of Object.entries(last!.facets)) {
    output.line();
    output.table([name, 'solutions'], facetRows(counts), '<>');
  }
  output.value(valueOf(text, last!, rows));
  return exit.ok;
}

/** Runs a search, in threads where that is faster, which end with what is made of it. */
export async function searched<T>(
  session: CliSession,
  text: string,
  { run, sort, limit, count: counting, facets, timeout }: FindOptions,
  use: (states: AsyncIterable<SearchState>, queries: StoreQueries) => Promise<T>,
): Promise<T> {
  const tree = treeOf(text);
  const queries = await session.queries();
  const known = run.length === 0 ? [] : await knownRuns(queries);
  const wanted: SearchOptions = {
    filter: text,
    runs: run.length === 0 ? null : run.map((reference) => findRun(reference, known).id),
    limit,
    ...(sort !== undefined && { sort: sortOf(sort) }),
    counting,
    facets,
    ...(timeout !== undefined && { limitMs: 1000 * timeout }),
  };
  const threads = readersFor(session, await session.store(), tree, wanted);
  try {
    const asking = threads ? (signal: AbortSignal) => questionMethods((name, args) => threads.ask(name, args, { signal })) : () => queries;
    return await use(search(asking, { ...wanted, atOnce: threads ? atOnce : 1 }), queries);
  } finally {
    await threads?.close(new Error('The search has ended.'));
  }
}

/** Pieces that are searched at the same time. */
const atOnce = Math.min(8, availableParallelism());
/** Below this threads take longer to start than to search. */
const fewSolutions = 20_000;

/** Threads that read texts beside each other; null where one is enough. */
function readersFor(session: CliSession, store: Store, tree: Tree, { filter, runs }: SearchOptions): Readers | null {
  const readsTexts = [...leaves(tree)].some((leaf) => leaf.kind === 'words' || (leaf.kind === 'match' && leaf.property.name === 'text'));
  if (!readsTexts || atOnce === 1 || store.queries.searchPlan(filter, runs).solutions < fewSolutions) return null;
  const bundle = join(session.trainer.distFolder, 'storeWorker.cjs');
  return new Readers(bundle, join(session.folder, LAB), store.placement.file, atOnce, () => undefined);
}

/** @throws CliError with the place that is wrong and what would be right */
function treeOf(text: string): Tree {
  const { tree, problem: wrong } = parse(text);
  if (wrong === undefined) return tree;
  const marked = text.includes('\n')
    ? []
    : [`  ${text}`, `  ${' '.repeat(wrong.start)}${'^'.repeat(Math.max(1, wrong.end - wrong.start))}`];
  throw new CliError([wrong.message, ...marked].join('\n'), exit.usage);
}

/** `reward`, or `reward:asc` for the smallest first. */
function sortOf(text: string): Order {
  const order = orderOf(text);
  if (order === undefined)
    throw new CliError(`--sort takes the name of a number, such as reward, advantage or rewards.format, not "${text}".`, exit.usage);
  return order;
}

/** Where it is and what it came to; under it what stands there, with marks around what was sought. */
function rowLines(row: FoundSolution, sorted: PropertyName | undefined): string[] {
  const { correct, answer } = row;
  const facts = [
    `reward ${significant(row.reward)}`,
    row.advantage === null ? '' : `Â ${signed(row.advantage)}`,
    correct === null ? '' : correct ? 'right' : 'wrong',
    answer === null ? '' : `answer ${oneLine(answer, 40)}`,
    row.finish === 'length' ? 'truncated' : '',
    count(row.tokens, 'token'),
    sorted === undefined || ['reward', 'advantage', 'tokens'].includes(sorted.name)
      ? ''
      : `${sorted.key ?? sorted.name} ${significant(row.sortValue)}`,
  ];
  return [`${addressPath(row.address)}  ${facts.filter((fact) => fact !== '').join(' · ')}`, `    ${markedExcerpt(row)}`];
}

function markedExcerpt({ excerpt: { text, start }, places }: FoundSolution): string {
  let marked = '';
  let at = 0;
  for (const [from, to] of places) {
    const [begin, end] = [from - start, to - start];
    if (begin < at || end > text.length) continue;
    marked += `${text.slice(at, begin)}»${text.slice(begin, end)}«`;
    at = end;
  }
  return `${start > 0 ? '…' : ''}${(marked + text.slice(at)).replace(/\s+/g, ' ')}`;
}

function endLines(state: SearchState, shown: number): string[] {
  const { plan, matched, end } = state;
  const number = `${end === 'all' ? '' : 'at least '}${count(matched, 'solution')} of ${plan.all.toLocaleString('en-US')}`;
  return [`${number}${shown < matched ? `, ${shown} shown` : ''}`, ...leftLines(state)];
}

/** What of a search is unknown, or was left out. */
export function leftLines({ plan, unknown, seen, end }: SearchState): string[] {
  const all = end === 'all';
  const lines: string[] = [];
  if (unknown > 0)
    lines.push(
      `of ${all ? '' : 'at least '}${count(unknown, 'solution')} it is unknown whether they match: something that is asked for is not recorded`,
    );
  if (end === 'time') lines.push(`partial: the time was up after ${seen.toLocaleString('en-US')} of ${count(plan.solutions, 'solution')}`);
  if (end === 'limit')
    lines.push(`it ended with the last row: ${seen.toLocaleString('en-US')} of ${count(plan.solutions, 'solution')} were looked at`);
  if (plan.left > 0) lines.push(`partial: ${count(plan.left, 'solution')} of the oldest steps were left out; name runs with --run`);
  return lines;
}

/** Values of a facet that are listed. */
const mostValues = 20;

function facetRows(counts: ReadonlyMap<string, number>): string[][] {
  const isNumber = [...counts.keys()].every((value) => value === '' || Number.isFinite(Number(value)));
  const sorted = [...counts].sort(([a, n], [b, m]) => (isNumber ? Number(a) - Number(b) : m - n));
  const rows = sorted.slice(0, mostValues).map(([value, n]) => [value === '' ? 'unknown' : oneLine(value, 60), n.toLocaleString('en-US')]);
  return sorted.length > mostValues ? [...rows, [`and ${sorted.length - mostValues} more`, '']] : rows;
}

const valueOf = (filter: string, { plan, matched, unknown, seen, end, facets }: SearchState, rows: readonly FoundSolution[]): unknown => ({
  filter,
  matched,
  unknown,
  seen,
  of: plan.all,
  /** all: every solution was looked at; limit, time: it ended before, and the numbers are those up to there. */
  end: plan.left > 0 && end === 'all' ? 'limit' : end,
  rows: rows.map((row) => ({ ...row, path: addressPath(row.address) })),
  facets: Object.fromEntries(Object.entries(facets).map(([name, counts]) => [name, Object.fromEntries(counts)])),
});
