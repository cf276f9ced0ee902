/** Searches against a plain evaluation of the same filter over the same solutions: by the index of words, by reading, and by both. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { addressPath } from '../../src/protocol/address.js';
import { encodeF32, encodeU32, encodeU8 } from '../../src/protocol/arrays.js';
import type { EventBody, WireSolution } from '../../src/protocol/events.js';
import { labelsSidecar, nameOfLabels, type LabelLine } from '../../src/protocol/labels.js';
import { SidecarWriter } from '../../src/protocol/sidecarWriter.js';
import { parse } from '../../src/query/parse.js';
import type { Tree } from '../../src/query/tree.js';
import { search, type SearchOptions, type SearchState } from '../../src/store/finding/search.js';
import { placeDatabase } from '../../src/store/placement.js';
import { Store } from '../../src/store/store.js';
import { TextIndexer } from '../../src/store/textIndex/textIndexer.js';
import { removeTextIndex, textIndexBytes } from '../../src/store/textIndex/textIndexFile.js';
import type { FoundSolution, PieceCursor } from '../../src/store/views.js';
import { aRun, type WrittenRun } from '../builders/aRun.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-search-'));
const root = join(folder, '.grpo-lab');
const database = placeDatabase(root).file;
let store: Store;

type Group = Extract<EventBody, { type: 'group' }>;
interface Known {
  run: string;
  group: Group;
  index: number;
  s: WireSolution;
}
const solutions: Known[] = [];

const random = mulberry32(5);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
const vocabulary = [
  'wait',
  'Wait,',
  'let',
  'me',
  'check',
  'CHECK.',
  'so',
  '42',
  'naïve',
  'ждать',
  '等',
  'waiting',
  '\n',
  '"x"',
  'a\\b',
  'ſo',
  'é',
];

function aSolution(): WireSolution {
  const text = Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(vocabulary)).join(pick([' ', ' ', '. ']));
  const correct = pick([true, false, null]);
  const reward = pick([0, 0.25, 0.5, 1, 'NaN' as const]);
  return {
    text,
    rewards: pick<WireSolution['rewards']>([{ format: pick([0, 1, -0.5]) }, { 'two "words"': 1, format: 'Infinity' as const }, {}]),
    reward,
    advantage: pick([null, -1, 0, 1.5]),
    correct,
    grade:
      correct === null
        ? null
        : {
            verdict: correct ? 'equal' : 'different',
            answer: pick(['42', '7', null]),
            span: null,
            extraction: null,
            rule: 'r',
            checker: 'c',
          },
    finish: pick(['stop', 'length', 'other']),
    tokens: Math.floor(random() * 2000),
    kl: pick([null, 0.01, 0.5]),
    ...(random() < 0.4 && {
      turns: [
        { role: 'assistant' as const, kind: 'tool_call' as const, start: 0, end: 1 },
        ...(random() < 0.5 ? [{ role: 'tool' as const, kind: 'tool_result' as const, start: 1, end: 1, ok: pick([true, false]) }] : []),
      ],
    }),
    ...(random() < 0.2 && { error: pick(['timeout of the tool', 'crash']) }),
    ...(random() < 0.3 && { seconds: pick([1, 2.5]) }),
  };
}

function someGroups(run: string, steps: readonly number[]): Group[] {
  return steps.flatMap((step) =>
    [0, 1, 2].map((group): Group => {
      const made: Group = {
        type: 'group',
        step,
        group,
        question_id: `q${group}`,
        question: pick(['What is 40 + 2?', 'Name "it".']),
        gold: pick(['42', null]),
        solutions: Array.from({ length: 5 }, aSolution),
        info: pick<NonNullable<Group['info']>>([{ level: 3 }, { level: '3', split: 'held-out' }, { level: 'hard' }]),
      };
      for (const [index, s] of made.solutions.entries()) solutions.push({ run, group: made, index, s });
      return made;
    }),
  );
}

/** KL of tokens, of some solutions of the run `first`: the last token was not learned from. */
const klOfTokens = (step: number, group: number): number[] => [0.5 * group, step / 8, 0.1, 99];
const traced = ({ run: id, group: g, index }: Known): boolean => id === 'first' && g.step <= 6 && index === 2;
const someTraces = (steps: readonly number[]): EventBody[] =>
  steps.flatMap((step) =>
    [0, 1, 2].map((group): EventBody => {
      const kl = klOfTokens(step, group);
      return { type: 'trace', step, group, solution: 2, ends: encodeU32([1, 2, 3, 4]), kl: encodeF32(kl), mask: encodeU8([1, 1, 1, 0]) };
    }),
  );

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const at = (minute: number, about: Partial<LabelLine>): LabelLine => ({ v: 1, time: `2026-11-24T09:${minute}:00Z`, ...about });
/** Of the run `first`, of which each event is a group, three a step. */
const ofGroup = (step: number, group: number) => ({ step, group, seq: 3 * (step - 1) + group + 1 });
/** Who says what of which run. */
const said: [author: string, run: string, ...lines: LabelLine[]][] = [
  [
    'ada',
    'first',
    at(10, { ...ofGroup(3, 1), solution: 2, label: 'hack' }),
    at(11, { ...ofGroup(3, 1), solution: 2, note: 'copies the *question*' }),
    at(12, { ...ofGroup(4, 0), label: 'hack' }),
    at(13, { ...ofGroup(5, 0), solution: 0, label: 'hack' }),
    at(14, { step: 7, label: 'two words' }),
    at(15, { ...ofGroup(9, 2), solution: 1, seq: 1, label: 'hack' }), // of a text that stands no more
  ],
  ['bob', 'first', at(20, { ...ofGroup(5, 0), solution: 0, label: 'hack', removed: true }), at(21, { step: 3, note: 'odd' })],
  ['ada', 'second', at(10, { label: 'baseline' })],
];
/** What stands of it, without the store. */
const labelsOf = ({ run: id, group: g, index }: Known): string[] => [
  ...(id === 'second' ? ['baseline'] : []),
  ...(id === 'first' && g.step === 7 ? ['two words'] : []),
  ...(id === 'first' && ((g.step === 3 && g.group === 1 && index === 2) || (g.step === 4 && g.group === 0)) ? ['hack'] : []),
];
const notesOf = ({ run: id, group: g, index }: Known): string[] =>
  id === 'first' && g.step === 3 ? ['odd', ...(g.group === 1 && index === 2 ? ['copies the *question*'] : [])] : [];

let first: WrittenRun;
beforeAll(async () => {
  const runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  first = aRun('first')
    .with(...someGroups('first', range(1, 20)), ...someTraces(range(1, 6)))
    .write(runs);
  aRun('second')
    .with(...someGroups('second', range(5, 12)))
    .write(runs);
  for (const [author, id, ...lines] of said) {
    const writer = new SidecarWriter(labelsSidecar, join(runs, id), nameOfLabels(author, 'here'), { author, host: 'here' });
    writer.append(lines);
    writer.close();
  }
  store = await Store.open({ root });
  store.catchUp();
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function buildIndex(): Promise<void> {
  let indexer = await TextIndexer.open(database);
  try {
    for (let more = true; more;)
      try {
        more = indexer.some() === 'more';
      } catch (error) {
        indexer = await TextIndexer.insteadOf(indexer, database, error);
      }
  } finally {
    indexer.close();
  }
}

async function run(filter: string, options: Partial<SearchOptions> = {}): Promise<SearchState & { all: FoundSolution[] }> {
  const all: FoundSolution[] = [];
  let last: SearchState | undefined;
  for await (const state of search(() => store.queries, { filter, runs: null, limit: 1000, counting: true, ...options })) {
    all.push(...state.rows);
    last = state;
  }
  return { ...last!, all };
}

type Truth = boolean | null;
const kleene = {
  and: (parts: Truth[]): Truth => (parts.includes(false) ? false : parts.includes(null) ? null : true),
  or: (parts: Truth[]): Truth => (parts.includes(true) ? true : parts.includes(null) ? null : false),
};

const finite = (x: number | string | null | undefined): number | null =>
  x === null || x === undefined || x === 'NaN' ? null : x === 'Infinity' ? Infinity : x === '-Infinity' ? -Infinity : Number(x);

/** What a property is of a solution; null: unknown. Written apart from the store, from the events alone. */
function valueOf(known: Known, name: string, key?: string): string | number | boolean | null {
  const { run: runId, group, index, s } = known;
  const judged = group.solutions.filter((one) => one.correct !== null);
  const rewards = group.solutions.map((one) => finite(one.reward)).filter((x) => x !== null);
  const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  const results = s.turns?.filter((t) => t.kind === 'tool_result') ?? [];
  switch (name) {
    case 'text':
      return s.text;
    case 'reward':
      return finite(s.reward);
    case 'rewards':
      return finite(s.rewards[key!]);
    case 'advantage':
      return finite(s.advantage);
    case 'correct':
      return s.correct;
    case 'answer':
      return s.grade?.answer ?? null;
    case 'finish':
      return s.finish;
    case 'truncated':
      return s.finish === 'other' ? null : s.finish === 'length';
    case 'tokens':
      return s.tokens;
    case 'kl':
      return finite(s.kl);
    case 'kl.max':
      return traced(known) ? Math.max(...klOfTokens(group.step, group.group).slice(0, 3)) : null;
    case 'turns':
      return s.turns?.length ?? null;
    case 'tool_calls':
      return s.turns?.filter((t) => t.kind === 'tool_call').length ?? null;
    case 'tool_errors':
      return results.filter((t) => t.ok === false).length;
    case 'failed':
      return s.error !== undefined;
    case 'error':
      return s.error ?? null;
    case 'seconds':
      return s.seconds ?? null;
    case 'solution':
      return index + 1;
    case 'labelled':
      return labelsOf(known).length > 0;
    case 'note':
      return notesOf(known).length === 0 ? null : notesOf(known).join('\n');
    case 'group':
      return group.group + 1;
    case 'group.right':
      return judged.length === 0 ? null : judged.filter((one) => one.correct).length;
    case 'group.mean':
      return rewards.length === 0 ? null : mean(rewards);
    case 'group.outcome': {
      const right = judged.filter((one) => one.correct).length;
      return judged.length === 0 ? null : right === 0 ? 'wrong' : right === group.solutions.length ? 'right' : 'mixed';
    }
    case 'group.signal':
      return new Set(rewards).size > 1 ? true : rewards.length === group.solutions.length ? false : null;
    case 'group.truncated': {
      const cut = group.solutions.filter((one) => one.finish === 'length').length;
      return cut === 0 && group.solutions.some((one) => one.finish === 'other') ? null : cut;
    }
    case 'group.errors':
      return group.solutions.filter((one) => one.error !== undefined).length;
    case 'question':
      return group.question;
    case 'gold':
      return group.gold;
    case 'info':
      return (group.info?.[key!] as string | undefined) ?? null;
    case 'step':
      return group.step;
    case 'run':
      return runId;
    default:
      throw new Error(`the test does not know ${name}`);
  }
}

function plainly(tree: Tree, known: Known): Truth {
  if (tree.kind === 'all') return true;
  if (tree.kind === 'and' || tree.kind === 'or') return kleene[tree.kind](tree.parts.map((part) => plainly(part, known)));
  if (tree.kind === 'not') {
    const part = plainly(tree.part, known);
    return part === null ? null : !part;
  }
  if (tree.kind === 'words') {
    // Words one by one, where the product has an expression or an index.
    const words = (text: string): string[] =>
      text
        .toLowerCase()
        .split(/[^\p{L}\p{N}\p{M}]+/u)
        .filter((w) => w !== '');
    const [text, sought] = [words(known.s.text.replaceAll('ſ', 's')), words(tree.text)];
    return text.some((_, i) => sought.every((word, k) => text[i + k] === word));
  }
  if (tree.kind === 'label') return labelsOf(known).includes(tree.label);
  const value = valueOf(known, tree.property.name, tree.property.key);
  if (tree.kind === 'known') return (value !== null) === tree.known;
  if (value === null) return null;
  if (tree.kind === 'flag') return value as boolean;
  if (tree.kind === 'match') {
    const { pattern } = tree;
    return pattern.kind === 'substring'
      ? String(value).includes(pattern.text)
      : new RegExp(pattern.source, `${pattern.flags}u`).test(String(value));
  }
  if (tree.kind === 'range') return Number(value) >= (tree.from ?? -Infinity) && Number(value) <= (tree.to ?? Infinity);
  if (tree.kind === 'text') return (String(value) === tree.value) === (tree.is === '=');
  const x = Number(value);
  if (Number.isNaN(x)) return null;
  return {
    '=': x === tree.value,
    '!=': x !== tree.value,
    '<': x < tree.value,
    '<=': x <= tree.value,
    '>': x > tree.value,
    '>=': x >= tree.value,
  }[tree.is];
}

const pathOf = ({ run: id, group, index }: Known): string =>
  addressPath({ run: id, step: group.step, group: group.group, solution: index });

async function compare(filter: string, options: Partial<SearchOptions> = {}): Promise<void> {
  const { tree } = parse(filter);
  const truths = solutions.map((known) => plainly(tree!, known));
  const found = await run(filter, options);
  expect(found.all.map(({ address }) => addressPath(address)).sort(), filter).toEqual(
    solutions
      .filter((_, i) => truths[i] === true)
      .map(pathOf)
      .sort(),
  );
  expect({ matched: found.matched, unknown: found.unknown, end: found.end }, filter).toEqual({
    matched: truths.filter((t) => t === true).length,
    unknown: truths.filter((t) => t === null).length,
    end: 'all',
  });
  expect(found.seen + (found.plan.all - found.plan.solutions)).toBe(solutions.length);
}

const conditions = [
  'reward < 0.5',
  'reward is unknown',
  'rewards.format > 0',
  'rewards."two \\"words\\"" = 1',
  'rewards.none is known',
  'rewards.format = -0.5',
  'advantage > 0',
  'correct',
  'correct is unknown',
  'answer = 42',
  'answer != 42',
  'answer ~ /^4/',
  'answer ~ "2"',
  'finish = length',
  'finish != stop',
  'truncated',
  'tokens > 900',
  'kl.max > 0.4',
  'kl.max is unknown',
  'tokens in 100..300',
  'kl >= 0.01',
  'turns > 1',
  'turns is unknown',
  'tool_calls = 1',
  'tool_errors > 0',
  'failed',
  'error ~ /TIME/i',
  'seconds > 2',
  'solution = 2',
  'group = 3',
  'group.right >= 2',
  'group.mean > 0.4',
  'group.outcome = mixed',
  'group.outcome != wrong',
  'group.outcome is unknown',
  'group.signal',
  'group.truncated > 1',
  'group.errors > 0',
  'question ~ "40"',
  'gold is unknown',
  'info.level = 3',
  'info.level = hard',
  'info.level is known',
  'info.split = "held-out"',
  'step in 4..9',
  'step < 6',
  'label:hack',
  'label:"two words"',
  'label:none',
  'labelled',
  'note ~ /question/',
  'note = odd',
  'note is known',
  'run = second',
  'run != first',
  'text ~ /wait/i',
  'text ~ /Wait,|CHECK/',
  'text ~ "wait"',
  'text ~ /[^ ]\\\\b/',
  'text ~ "a\\\\b"',
  'text ~ "\\n"',
  'text ~ /check\\. (so|let)/i',
  'text ~ /\\w+ (check|wait)\\b/ and reward > 0.5',
  'text = "wait"',
  '"wait"',
  '"let me check"',
  '"wait wait"',
  '"naïve"',
  '"ждать"',
  '"等"',
  '"so"',
  '"me 42"',
  '"é x"',
];
const filters: fc.Arbitrary<string> = fc.letrec<{ f: string }>((tie) => ({
  f: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...conditions),
    fc.tuple(tie('f'), fc.constantFrom(' and ', ' or '), tie('f')).map(([a, op, b]) => `(${a}${op}${b})`),
    tie('f').map((f) => `not ${f}`),
    fc.array(fc.constantFrom(...conditions), { minLength: 2, maxLength: 4 }).map((all) => all.join(' and ')),
  ),
})).f;

describe.each(['without an index', 'with a part of an index', 'with the whole index'])('%s', (how) => {
  beforeAll(async () => {
    removeTextIndex(database);
    if (how === 'without an index') return;
    if (how === 'with the whole index') {
      await buildIndex();
      return;
    }
    // Groups that are told after the index was built are read.
    await buildIndex();
    first.append(...someGroups('first', range(21, 24)));
    store.catchUp();
  });

  test('flags at the beginning of an expression are flags of it', async () => {
    const ids = async (filter: string) => (await run(filter)).all.map(({ address }) => address);
    expect(await ids('text ~ /(?i)CHECK\\. (so|let)/')).toEqual(await ids('text ~ /check\\. (so|let)/i'));
    expect(await ids('text ~ /check\\. (so|let)/i')).not.toEqual([]);
  });

  test('each condition finds what it means', async () => {
    for (const condition of conditions) await compare(condition);
  });

  test('so do all that are made of them', async () => {
    await fc.assert(
      fc.asyncProperty(filters, (filter) => compare(filter)),
      { numRuns: 30 },
    );
  });

  test('the newest comes first, and pieces at the same time keep that order', async () => {
    for (const atOnce of [1, 3]) {
      const { all } = await run('"wait" or text ~ /check/i', { atOnce });
      expect(all.length).toBeGreaterThan(20);
      for (const id of ['first', 'second']) {
        const steps = all.filter((row) => row.address.run === id).map((row) => row.address.step);
        expect(steps).toEqual(steps.toSorted((a, b) => b - a));
      }
    }
  });
});

test('a limit ends it, and says so; with counting all is counted', async () => {
  expect(await run('tokens > 900', { limit: 3, counting: false })).toMatchObject({ end: 'limit', all: { length: 3 } });
  const counted = await run('tokens > 900', { limit: 3 });
  expect(counted).toMatchObject({ end: 'all', all: { length: 3 } });
  expect(counted.matched).toBe(solutions.filter(({ s }) => s.tokens > 900).length);
});

test('sorted by a number the best come first, what is unknown last', async () => {
  const { all } = await run('"wait"', { sort: { by: { name: 'rewards', key: 'format' }, descending: true }, limit: 500 });
  const values = all.map((row) => row.sortValue);
  expect(values.filter((v) => v !== null)).toEqual(values.filter((v) => v !== null).toSorted((a, b) => b - a));
  expect(values.indexOf(null)).toBeGreaterThan(0);
  expect(values.slice(values.indexOf(null)).every((v) => v === null)).toBe(true);
  await expect(run('"wait"', { sort: { by: { name: 'text' }, descending: true } })).rejects.toThrow('cannot be sorted by text');
});

test('where it was found is told as places in the text and in an excerpt', async () => {
  const { all } = await run('"wait" and text ~ /CHECK/');
  expect(all.length).toBeGreaterThan(0);
  for (const { address, places, excerpt } of all) {
    const { s } = solutions.find((known) => pathOf(known) === addressPath(address))!;
    expect(places.map(([from, to]) => s.text.slice(from, to).toLowerCase())).toEqual(expect.arrayContaining(['wait', 'check']));
    expect(places.every(([from, to]) => /^(?:wait|CHECK)$/i.test(s.text.slice(from, to)))).toBe(true);
    expect(s.text.slice(excerpt.start, excerpt.start + excerpt.text.length)).toBe(excerpt.text);
  }
});

test('facets count every value of what matches', async () => {
  const { facets, matched } = await run('correct', { facets: ['finish', 'run', 'correct', 'answer'], limit: 0 });
  expect(facets.correct).toEqual(new Map([['yes', matched]]));
  for (const counts of [facets.finish!, facets.run!, facets.answer!]) expect([...counts.values()].reduce((a, b) => a + b)).toBe(matched);
  expect(facets.finish!.get('length')).toBe(solutions.filter(({ s }) => s.correct === true && s.finish === 'length').length);
});

test('a text that takes long is read in several answers, and nothing is told twice', () => {
  const [piece] = store.queries.searchPlan('', ['first']).pieces;
  const rows: string[] = [];
  let [from, seen, answers]: [unknown, number, number] = [undefined, 0, 0];
  do {
    // A time that is up at once: an answer goes as far as the next look at the clock.
    const answer = store.queries.searchPiece('text ~ /wait/i or failed', piece, {
      limit: 1000,
      budgetMs: 1,
      facets: [],
      stepWidth: 1,
      from: from as never,
    });
    rows.push(...answer.rows.map((row) => addressPath(row.address)));
    [from, seen, answers] = [answer.next ?? undefined, seen + answer.seen, answers + 1];
  } while (from !== undefined);
  expect(new Set(rows).size).toBe(rows.length);
  expect(seen).toBe(solutions.filter(({ run: id }) => id === 'first').length);
});

test('every hit is told in pages, once, whatever of it is indexed; solutions of a group beside each other', async () => {
  for (const filter of ['', '"wait"', 'correct', 'text ~ /o/ or reward > 0']) {
    const { all: first } = await run(filter, { limit: 1000 });
    const listed: string[] = [];
    for (const piece of store.queries.searchPlan(filter, null).pieces) {
      let from: PieceCursor | undefined;
      let [seen, matched] = [0, 0];
      do {
        const page = { limit: 3, paged: true, budgetMs: 60_000, facets: [], stepWidth: 1, ...(from && { from }) };
        const answer = store.queries.searchPiece(filter, piece, page);
        expect(answer.rows.length).toBeLessThanOrEqual(3);
        listed.push(...answer.rows.map((row) => addressPath(row.address)));
        [from, seen, matched] = [answer.next ?? undefined, seen + answer.seen, matched + answer.rows.length - answer.matched];
      } while (from !== undefined);
      expect({ seen, matched }).toEqual({ seen: piece.solutions, matched: 0 });
    }
    expect(listed.toSorted()).toEqual(first.map((row) => addressPath(row.address)).toSorted());
    const groups = listed.map((path) => path.slice(0, path.lastIndexOf('/')));
    expect(groups.filter((group, i) => group !== groups[i - 1])).toHaveLength(new Set(groups).size);
  }
});

test('what is no filter is refused with a word', async () => {
  await expect(run('rewrad > 1')).rejects.toThrow('did you mean reward?');
});

test('words of a group that was told again, or of a run in the place of another, are never found again', async () => {
  await buildIndex();
  const last: Group = {
    ...solutions.findLast(({ run: id }) => id === 'first')!.group,
    solutions: [{ ...aSolution(), text: 'brandnew words' }],
  };
  first.append(last);
  store.catchUp();
  const before = await run('"wait"', { runs: ['first'] });
  expect(before.all.filter(({ address }) => address.step === last.step && address.group === last.group)).toEqual([]);
  expect((await run('"brandnew"')).all).toHaveLength(1);
  await buildIndex();
  expect((await run('"brandnew words"')).all).toHaveLength(1);
  expect((await run('"wait"', { runs: ['first'] })).matched).toBe(before.matched);
  // The newest run goes, and another gets its numbers.
  const runs = join(root, 'runs');
  aRun('third')
    .with({ ...last, solutions: [{ ...aSolution(), text: 'formerly here' }] })
    .write(runs);
  store.catchUp();
  await buildIndex();
  expect((await run('"formerly"')).all).toHaveLength(1);
  rmSync(join(runs, 'third'), { recursive: true });
  store.catchUp();
  aRun('fourth')
    .with({ ...last, solutions: [{ ...aSolution(), text: 'afterwards there' }] })
    .write(runs);
  store.catchUp();
  expect((await run('"formerly"')).all).toEqual([]);
  expect((await run('"afterwards"')).all.map(({ address }) => address.run)).toEqual(['fourth']);
  await buildIndex();
  expect((await run('"formerly"')).all).toEqual([]);
  expect((await run('"afterwards there"')).all.map(({ address }) => address.run)).toEqual(['fourth']);
});

test('an index that is damaged is no hindrance, and is made anew', async () => {
  await buildIndex();
  expect(textIndexBytes(database)).toBeGreaterThan(1000);
  const { truncateSync, writeFileSync } = await import('node:fs');
  removeTextIndex(database);
  writeFileSync(join(database, '..', 'search.db'), 'no database at all, but long enough to be looked at as one'.repeat(100));
  const found = await run('"wait"');
  expect(found.matched).toBeGreaterThan(10);
  expect(found.plan.index).toBeNull();
  await buildIndex();
  // One that could not be used is looked at again after a while, where the new file is not known by its identity.
  await expect.poll(async () => (await run('"wait"')).plan.index, { interval: 250 }).not.toBeNull();
  const again = await run('"wait"');
  expect(again.plan.index?.indexed).toBe(again.plan.index?.groups);
  expect(again.matched).toBe(found.matched);
  // A file that looks like one, but for what is in it.
  truncateSync(join(database, '..', 'search.db'), 12_288);
  expect((await run('"wait"')).matched).toBe(found.matched);
  await buildIndex();
  await expect.poll(async () => (await run('"wait"')).plan.index, { interval: 250 }).toEqual(again.plan.index);
  expect((await run('"wait"')).matched).toBe(found.matched);
});
