/** Then and now: what was planted in a run is found, by the store and on the command line. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thenNowOf } from '../../src/editor/pages/thenNowPage.js';
import { questionMethods } from '../../src/store/questionMethods.js';
import { Store } from '../../src/store/store.js';
import type { ThenNow, ThenNowTexts } from '../../src/store/views.js';
import { aGroup, aRun } from '../builders/aRun.js';
import { plannedEvents, plannedSize } from '../builders/thenNowRun.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-then-now-'));
const env = { ...process.env, GRPO_LAB_DATA: join(folder, 'data') };
let store: Store;

beforeAll(async () => {
  const root = join(folder, '.grpo-lab');
  const runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  aRun('planned-1')
    .with(...plannedEvents())
    .write(runs);
  aRun('other-1').with(aGroup(1, 0), aGroup(2, 0)).write(runs);
  aRun('short-1').with(aGroup(1, 0)).write(runs);
  store = await Store.open({ root });
  store.catchUp();
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const halves = [
  { run: 'planned-1', from: 1, to: 6 },
  { run: 'planned-1', from: 7, to: 12 },
] as const;
const compared = (most: number, [then, now]: readonly [(typeof halves)[number], (typeof halves)[number]] = halves): ThenNowTexts =>
  store.queries.thenNowTexts('planned-1', { then, now, most, phrases: 20, budgetMs: 60_000 });

describe('in the store', () => {
  test('a short run is cut into halves; questions that turned are found, each with a text that turned', () => {
    const { facts, counts, toRight, toWrong, extent } = store.queries.thenNow('planned-1', { limit: 10 })!;
    expect(facts.map((f) => f.range)).toEqual(halves);
    expect(facts.map((f) => [f.steps, f.groups, f.solutions, f.judged])).toEqual([
      [6, 24, 192, 192],
      [6, 24, 192, 192],
    ]);
    expect(facts.map((f) => f.evaluationGroups)).toEqual([0, 1]);
    expect(extent).toEqual([
      { from: 1, to: 12 },
      { from: 1, to: 12 },
    ]);
    expect(Object.fromEntries(counts)).toMatchObject({
      'wrong to right': 1,
      'right to wrong': 1,
      'right in both': 1,
      'wrong in both': 1,
      'only now': 0,
    });
    expect(toRight).toMatchObject([
      {
        questionId: 'learned',
        question: 'Question learned?',
        sums: [
          { groups: 6, right: 6, judged: 48 },
          { groups: 6, right: 42, judged: 48 },
        ],
        // A wrong one of the first asking, a right one of the last.
        texts: [
          { step: 1, group: 0, solution: 1 },
          { step: 12, group: 0, solution: 0 },
        ],
      },
    ]);
    expect(toRight[0].change.mean).toBeCloseTo(0.75);
    expect(toWrong.map((row) => [row.questionId, row.texts[0].solution, row.texts[1].solution])).toEqual([['lost', 0, 2]]);
  });

  test('the term that carries the advantages does so in both ranges', () => {
    const { terms, facts } = store.queries.thenNow('planned-1', { limit: 1 })!;
    expect(terms).toEqual(['correct', 'format']);
    for (const { terms: sums } of facts) {
      expect(sums.weights).toEqual({ correct: 1 });
      expect(sums.signals[0]).toBeCloseTo(sums.advantageSum, 6);
    }
  });

  test('the phrase and the lengths that were planted are found, with the advantage they carry; an evaluation’s words are none', () => {
    const { phrases, lengths, read, all, timeUp, lost } = compared(1000);
    expect([read, timeUp, lost]).toEqual([all, false, 0]);
    expect(read).toEqual([
      { groups: 24, solutions: 192 },
      { groups: 24, solutions: 192 },
    ]);
    const [first] = phrases.change.rows;
    expect(first.phrase).toBe('let me check this');
    expect(first.having).toEqual([0, 6 * (7 + 2 + 8) + 3]);
    expect(first.change.low).toBeGreaterThan(0.1);
    expect(first.advantage[1]).toBeGreaterThan(0.1);
    expect(phrases.advantage.rows.map((r) => r.phrase)).toContain('let me check this');
    expect([...phrases.change.rows, ...phrases.advantage.rows].some(({ phrase }) => phrase.includes('evaluation'))).toBe(false);
    expect(lengths.summary.map((s) => s!.solutions)).toEqual([192, 192]);
    expect(lengths.summary[1]!.right!).toBeGreaterThan(200);
    expect(lengths.summary[0]!.high).toBeLessThan(110);
    const long = lengths.bands.filter(({ from }) => from >= 200);
    expect(long.reduce((n, b) => n + b.solutions[0], 0)).toBe(0);
    expect(long.reduce((n, b) => n + b.solutions[1], 0)).toBe(first.having[1]);
  });

  test('the other way round all is the same with the other sign', () => {
    const [forth, back] = [compared(1000), compared(1000, [halves[1], halves[0]])];
    expect(back.phrases.change.rows.map((r) => [r.phrase, -r.change.mean])).toEqual(
      forth.phrases.change.rows.map((r) => [r.phrase, r.change.mean]),
    );
    const { toRight, toWrong } = store.queries.thenNow('planned-1', { then: { from: 7, to: 12 }, now: { from: 1, to: 6 }, limit: 9 })!;
    expect([toRight, toWrong].map((rows) => rows.map((r) => r.questionId))).toEqual([['lost'], ['learned']]);
  });

  test('of more solutions than are wanted the same ones are read each time, spread over groups', () => {
    const some = compared(40);
    expect(some).toEqual(compared(40));
    expect(some.read.map((r) => r.solutions)).toEqual([24, 24]);
    expect(some.read.map((r) => r.groups)).toEqual([24, 24]);
    expect(compared(100).read).toEqual([
      { groups: 24, solutions: 96 },
      { groups: 24, solutions: 96 },
    ]);
  });

  test('what has no time ends with what was read of both', () => {
    const { read, timeUp } = store.queries.thenNowTexts('planned-1', {
      then: halves[0],
      now: halves[1],
      most: 1000,
      phrases: 5,
      budgetMs: 1e-9,
    });
    expect(timeUp).toBe(true);
    expect(read[0].groups + read[1].groups).toBe(1);
    expect(plannedSize).toBe(read[0].solutions + read[1].solutions);
  });

  test('of two runs the last steps are beside each other; where there is nothing to compare, nothing is answered', () => {
    const { facts, counts } = store.queries.thenNow('planned-1', { other: 'other-1', limit: 5 })!;
    expect(facts.map((f) => f.range)).toEqual([
      { run: 'planned-1', from: 1, to: 12 },
      { run: 'other-1', from: 1, to: 2 },
    ]);
    expect(Object.fromEntries(counts)).toMatchObject({ 'only then': 4, 'only now': 2 });
    expect(store.queries.thenNow('short-1', { limit: 5 })).toBeNull();
    expect(store.queries.thenNow('nobody', { limit: 5 })).toBeNull();
  });
});

test('the page hears of the run, of the one that it is compared with, and of those that it could be', async () => {
  const asking = questionMethods((name, args) => Promise.resolve((store.queries[name] as (...args: unknown[]) => unknown)(...args)));
  const runs = { all: () => Promise.resolve(store.queries.runs({ limit: 100 }).rows) };
  const view = await thenNowOf({ run: 'planned-1', limit: 5 }, asking, runs);
  expect(view).toMatchObject({ runName: 'planned-1', other: null });
  expect(view!.found!.toRight).toHaveLength(1);
  expect(view!.runs.map((r) => r.id).sort()).toEqual(['other-1', 'short-1']);
  expect((await thenNowOf({ run: 'planned-1', other: 'other-1', limit: 5 }, asking, runs))!.other).toEqual({
    id: 'other-1',
    name: 'other-1',
  });
  expect(await thenNowOf({ run: 'short-1', limit: 5 }, asking, runs)).toMatchObject({ run: 'short-1', found: null });
  expect(await thenNowOf({ run: 'nobody', limit: 5 }, asking, runs)).toBeNull();
});

describe('grpo-lab then-now', () => {
  function cli(...args: string[]): string {
    const { stdout, stderr, status } = spawnSync(process.execPath, [resolve('dist/cli.cjs'), ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return status === 0 ? stdout : `${status}: ${stderr}`;
  }

  test('says what changed, and what was read of it', () => {
    const text = cli('then-now', 'planned-1');
    expect(text).toContain('planned-1 · then: steps 1 to 6 · now: steps 7 to 12');
    expect(text).toMatch(/^questions: 1 wrong → right, 1 right → wrong, 1 right in both, 1 wrong in both$/m);
    expect(text).toMatch(
      /^Question learned\? +6\/48 +42\/48 +\+75 points +\+5\d(\.\d)? to \+8\d(\.\d)? +\/runs\/planned-1\/step 1\/group 1\/solution 2 /m,
    );
    expect(text).toMatch(/^let me check this \(and \d+ like it\) +0% +5\d(\.\d)?% /m);
    expect(text).toMatch(/^correct +100% +100%$/m);
    expect(text).toContain('1 group of evaluations left out');
    expect(text).toContain('All 384 solutions of both ranges were read.');
    expect(cli('then-now', 'planned-1', '--read', '40')).toContain('Read: 24 of 192 solutions (24 of 24 groups) of the first range');
  });

  test('as a value it is the answers of the store; of two runs, and of ranges that are named', () => {
    const { facts, texts } = JSON.parse(cli('then-now', 'planned-1', '--then', '1..2', '--now', '9..12', '--json')) as ThenNow & {
      texts: ThenNowTexts;
    };
    expect(facts.map((f) => [f.range.from, f.range.to])).toEqual([
      [1, 2],
      [9, 12],
    ]);
    expect(texts.phrases.change.rows[0].phrase).toBe('let me check this');
    expect(cli('then-now', 'planned-1', '--with', 'other-1')).toContain('then: planned-1, steps 1 to 12 · now: other-1, steps 1 to 2');
  });

  test('what cannot be compared it says', () => {
    expect(cli('then-now', 'short-1')).toContain('short-1 has fewer than two steps with groups');
    expect(cli('then-now', 'planned-1', '--now', '40..50')).toContain('2: --now: no groups that were trained on stand at steps 40 to 50');
    expect(cli('then-now', 'planned-1', '--then', '5..2')).toContain('2: --then 5..2: the first step comes first.');
  });
});
