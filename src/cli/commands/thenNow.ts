/** `grpo-lab then-now RUN`: two ranges of steps, or two runs, beside each other. */
import { percent, signed, significant } from '../../core/format.js';
import { oneLine } from '../../core/questionPreview.js';
import type { PhraseChange } from '../../core/thenNow/phraseChange.js';
import type { StepRange } from '../../core/thenNow/stepRange.js';
import { addressPath } from '../../protocol/address.js';
import type { ThenNow, ThenNowTexts, TurnedRow } from '../../store/views.js';
import {
  bandText,
  fromTo,
  furtherText,
  noPhrases,
  phraseMeaning,
  pointsInterval,
  pointsText,
  rangeNotes,
  readNotes,
  rightShare,
  slopeMeaning,
  stepsText,
  termNotes,
  termRows,
  turningsText,
} from '../../words/thenNowText.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import type { Output } from '../output.js';
import { findRun, knownRuns } from '../runRef.js';

export interface ThenNowOptions {
  then?: StepRange;
  now?: StepRange;
  with?: string;
  /** Solutions of each range that are read. */
  read: number;
  /** Rows of each table. */
  limit: number;
  /** Seconds. */
  timeout: number;
}

const questionWidth = 48;
const phraseWidth = 60;

export async function thenNow(session: CliSession, reference: string, options: ThenNowOptions): Promise<ExitCode> {
  const { then, now, with: otherReference, read, limit, timeout } = options;
  await session.survey();
  const { output } = session;
  const store = await session.queries();
  const known = await knownRuns(store);
  const { id } = findRun(reference, known);
  const other = otherReference === undefined ? undefined : findRun(otherReference, known).id;
  const found = store.thenNow(id, {
    ...(other !== undefined && { other }),
    ...(then && { then }),
    ...(now && { now }),
    limit: Math.min(500, limit),
  });
  if (found === null)
    throw new CliError(
      other === undefined
        ? `${id} has fewer than two steps with groups: there is nothing to compare.`
        : `${id} or ${other} has no groups yet: there is nothing to compare.`,
    );
  const [a, b] = found.facts.map(({ range }) => range);
  for (const [name, { groups, range }] of [
    ['--then', found.facts[0]],
    ['--now', found.facts[1]],
  ] as const)
    if (groups === 0)
      throw new CliError(`${name}: no groups that were trained on stand at ${stepsText(range)} of ${range.run}.`, exit.usage);
  const texts = store.thenNowTexts(id, { then: a, now: b, most: read, phrases: Math.min(100, limit), budgetMs: 1000 * timeout });
  overview(output, found, texts);
  turned(output, found, limit);
  terms(output, found);
  phrases(output, texts);
  lengths(output, texts);
  output.line();
  for (const line of [...rangeNotes(found), ...readNotes(texts)]) output.line(line);
  output.value({ ...found, texts });
  return exit.ok;
}

function overview(output: Output, { facts: [then, now] }: ThenNow, { lengths: { summary } }: ThenNowTexts): void {
  const isOneRun = then.range.run === now.range.run;
  const title = ({ range }: ThenNow['facts'][0]): string => `${isOneRun ? '' : `${range.run}, `}${stepsText(range)}`;
  output.line(`${isOneRun ? `${then.range.run} · ` : ''}then: ${title(then)} · now: ${title(now)}`);
  output.line();
  const row = (name: string, of: (f: ThenNow['facts'][0], side: 0 | 1) => string): string[] => [name, of(then, 0), of(now, 1)];
  output.table(
    ['', 'then', 'now'],
    [
      row('groups', (f) => f.groups.toLocaleString('en-US')),
      row('solutions', (f) => f.solutions.toLocaleString('en-US')),
      row('right', (f) => percent(rightShare(f))),
      row('reward', (f) => significant(f.reward)),
      row('length, median', (_, side) => significant(summary[side]?.median ?? null)),
      row('length of right ones', (_, side) => significant(summary[side]?.right ?? null)),
      row('length of wrong ones', (_, side) => significant(summary[side]?.wrong ?? null)),
    ],
    '<>>',
  );
}

function turned(output: Output, { counts, toRight, toWrong }: ThenNow, limit: number): void {
  output.line();
  output.line(`questions: ${turningsText(counts)}`);
  output.line('right is where at least half of the solutions of the range are');
  const table = (title: string, rows: readonly TurnedRow[], all: number): void => {
    if (rows.length === 0) return;
    output.line();
    output.table(
      [title, 'then', 'now', 'change', '95 %', 'a text of then', 'and of now'],
      rows
        .slice(0, limit)
        .map(({ question, sums: [then, now], change, texts }) => [
          oneLine(question, questionWidth),
          `${then.right}/${then.judged}`,
          `${now.right}/${now.judged}`,
          pointsText(change.mean),
          pointsInterval(change),
          addressPath(texts[0]),
          addressPath(texts[1]),
        ]),
      '<>>>><<',
    );
    const left = all - Math.min(limit, rows.length);
    if (left > 0) output.line(`… and ${left.toLocaleString('en-US')} more; see up to 500 with --limit`);
  };
  const counted = new Map(counts);
  table('wrong → right', toRight, counted.get('wrong to right')!);
  table('right → wrong', toWrong, counted.get('right to wrong')!);
}

function terms(output: Output, found: ThenNow): void {
  output.line();
  const rows = termRows(found);
  if (rows.length > 0) {
    output.table(
      ['reward term, share of Σ|Â|', 'then', 'now'],
      rows.map(({ term, share: [then, now] }) => [term, percent(then), percent(now)]),
      '<>>',
    );
  }
  for (const note of termNotes(found)) output.line(note);
}

function phrases(output: Output, { phrases: { change, advantage } }: ThenNowTexts): void {
  const cells = (row: PhraseChange): string[] => [
    `${oneLine(row.phrase, phraseWidth)}${row.alike > 0 ? ` (and ${row.alike} like it)` : ''}`,
    percent(row.share[0].mean),
    percent(row.share[1].mean),
    pointsText(row.change.mean),
    pointsInterval(row.change),
  ];
  const table = (
    title: string,
    rows: readonly PhraseChange[],
    more: (row: PhraseChange) => string[],
    heads: string[],
    others: string,
  ): void => {
    output.line();
    if (rows.length === 0) output.line(`${title}: ${noPhrases}`);
    else
      output.table(
        [title, 'then', 'now', 'change', '95 %', ...heads],
        rows.map((row) => [...cells(row), ...more(row)]),
        '<>>>>>>',
      );
    if (others !== '') output.line(others);
  };
  table(
    'phrases that changed most',
    change.rows,
    ({ advantage: [then, now] }) => [signed(then), signed(now)],
    ['Â then', 'Â now'],
    furtherText(change.others, 'change'),
  );
  table(
    'phrases that grow most with advantage',
    advantage.rows,
    ({ slope }) => (slope === null ? ['–', ''] : [pointsText(slope.mean), pointsInterval(slope)]),
    ['per unit of Â', '95 %'],
    furtherText(advantage.others, 'advantage'),
  );
  output.line(phraseMeaning);
  output.line(`Per unit of Â: ${slopeMeaning.toLowerCase()}. Â then, Â now: mean advantage of the solutions with the phrase.`);
}

function lengths(output: Output, { lengths: { bands, unknown } }: ThenNowTexts): void {
  output.line();
  if (bands.length === 0) {
    output.line('No length is known.');
    return;
  }
  output.table(
    ['tokens', 'then', 'now', 'Â then', 'Â now'],
    bands.map((band) => [
      bandText(band),
      percent(band.share[0]),
      percent(band.share[1]),
      signed(band.advantage[0]),
      signed(band.advantage[1]),
    ]),
    '<>>>>',
  );
  if (unknown[0] + unknown[1] > 0) output.line(`of those whose length is known: that of ${fromTo(unknown, (n) => String(n))} is not`);
}
