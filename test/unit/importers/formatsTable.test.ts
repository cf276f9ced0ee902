/** The table of what each format tells is counted from the golden lists; `npm run golden` writes it anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importers } from '../../../src/importers/index.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { goldens } from '../../builders/goldens.js';
import { importFixtures } from '../../builders/importing.js';

type Line = Partial<EventBody>;
type Group = Extract<EventBody, { type: 'group' }>;
type Solution = Group['solutions'][number];

const solutions = (line: Line): readonly Solution[] => (line.type === 'group' ? (line as Group).solutions : []);
const some = (of: (solution: Solution) => unknown) => (line: Line) => solutions(line).some((s) => (of(s) ?? null) !== null);
const traced =
  (...arrays: string[]) =>
  (line: Line) =>
    line.type === 'trace' && arrays.some((name) => name in line);
const measured = (prefix: string) => (line: Line) =>
  line.type === 'metrics' && Object.keys((line as { values: object }).values).some((name) => name.startsWith(prefix));

/** What may be told, and how one sees that it is. */
const columns: Record<string, (line: Line) => boolean> = {
  texts: some((s) => s.text || null),
  turns: (line) => some((s) => s.turns)(line) || 'question_turns' in line,
  reward: some((s) => s.reward),
  terms: (line) => solutions(line).some((s) => Object.keys(s.rewards).length > 1),
  advantages: some((s) => s.advantage),
  right: some((s) => s.correct),
  errors: some((s) => s.error),
  'weights’ step': some((s) => s.policy_version),
  'token ids': traced('ids'),
  'log π sampler': traced('logp_sampler'),
  'log π trainer': traced('logp_old', 'logp'),
  'log π_ref or KL': traced('logp_ref', 'dlogp_ref', 'kl'),
  mask: traced('mask'),
  curves: (line) => line.type === 'metrics',
  results: (line) => line.type === 'benchmark',
  times: (line) => line.type === 'span' || measured('seconds/')(line) || solutions(line).some((s) => (s.seconds ?? null) !== null),
};

const eventsOf = (name: string): Line[] =>
  readFileSync(join(importFixtures, 'golden', `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

function page(): string {
  const rows = importers.map(({ id, title }) => {
    const events = goldens.filter(({ format }) => format === id).flatMap(({ name }) => eventsOf(name));
    return `| ${title} | ${Object.values(columns)
      .map((tells) => (events.some(tells) ? '✓' : '–'))
      .join(' | ')} |`;
  });
  const names = Object.keys(columns);
  return [
    '# What each format tells',
    '',
    'Counted from the [files that the tests import](../test/fixtures/importers), all versions of a format together; `npm run golden` writes this page. “–”: it is not in',
    'these files. Versions, and how the files came to be, are in [Formats](formats.md).',
    '',
    `| | ${names.join(' | ')} |`,
    `|---|${names.map(() => ':-:').join('|')}|`,
    ...rows,
    '',
    'terms: more than one term of the reward. right: whether a solution is right. weights’ step: which weights sampled it. times: `seconds/*` of steps, seconds of',
    'solutions, or spans.',
    '',
  ].join('\n');
}

test('the table of what each format tells is that of the golden lists', async () => {
  await expect(page()).toMatchFileSnapshot('../../../docs/what-formats-tell.md');
});
