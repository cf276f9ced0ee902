import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { Store } from '../../src/store/store.js';
import { aGroup, aRun } from '../builders/aRun.js';

let root: string;
let runs: string;
let store: Store;
beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-ledger-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  store = await Store.open({ root });
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});
const catchUp = (): void => expect(store.catchUp()).toEqual([]);
const ledger = (room = 100) => store.queries.ledger('arith-grpo-1', { room });

/** A group whose solutions have these terms; right ones have correct = 1, and the reward is correct + ½ format. */
function graded(step: number, group: number, terms: [correct: number, format: number][], advantages: number[]): EventBody {
  const made = aGroup(step, group, terms.length);
  if (made.type !== 'group') throw new Error('a group was expected');
  made.solutions = made.solutions.map((s, i) => {
    const [correct, format] = terms[i];
    return { ...s, correct: correct === 1, rewards: { correct, format }, reward: correct + 0.5 * format, advantage: advantages[i] };
  });
  return made;
}
const allRight = (step: number, group: number): EventBody =>
  graded(
    step,
    group,
    [
      [1, 1],
      [1, 1],
    ],
    [0, 0],
  );
/** Â by the reward: 1.5 and 0. */
const mixed = (step: number, group: number): EventBody =>
  graded(
    step,
    group,
    [
      [1, 1],
      [0, 0],
    ],
    [1, -1],
  );

test('shares of groups, rewards of the informative ones, and the term that carries the advantages', () => {
  aRun()
    .with(
      mixed(1, 0),
      allRight(1, 1),
      graded(
        1,
        2,
        [
          [0, 1],
          [0, 0],
        ],
        [1, -1],
      ),
    )
    .write(runs);
  catchUp();
  const { steps, terms, stride, weights } = ledger();
  expect({ terms, stride, weights }).toEqual({ terms: ['format', 'correct'], stride: 1, weights: { correct: 1 } });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ from: 1, to: 1, groups: 3, mixed: 1, allRight: 1, allWrong: 1, informative: 2, advantageGroups: 3 });
  expect(steps[0]).toMatchObject({ rewarded: 6, rewardSum: 1.5 + 3 + 0.5, informativeRewarded: 4, informativeSum: 2, advantageSum: 4 });
  // Of the first group format has S = 2/1.5 · 1, of the last one 2/0.5 · 1; correct has the first one's.
  const [format, correct] = steps[0].terms;
  expect(format).toBeCloseTo(2 / 1.5 + 4, 12);
  expect(correct).toBeCloseTo(2 / 1.5, 12);
  expect(0.5 * format + correct).toBeCloseTo(steps[0].advantageSum, 12);
});

test('a group that is told again, and what a resume takes back, count once; a rebuild says the same', async () => {
  const run = aRun().with(mixed(1, 0), mixed(2, 0), allRight(3, 0)).write(runs);
  catchUp();
  run.append(allRight(1, 0));
  catchUp();
  expect(ledger().steps.map((s) => [s.from, s.mixed, s.informative, s.advantageSum])).toEqual([
    [1, 0, 0, 0],
    [2, 1, 1, 2],
    [3, 0, 0, 0],
  ]);
  run.append({ type: 'resume', from_step: 1, checkpoint: null }, mixed(2, 0));
  catchUp();
  expect(ledger().steps.map((s) => [s.from, s.groups])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(ledger().steps[1].terms.map((s) => s.toFixed(6))).toEqual([(2 / 1.5).toFixed(6), (2 / 1.5).toFixed(6)]);
  const other = mkdtempSync(join(tmpdir(), 'grpo-lab-fresh-'));
  mkdirSync(join(other, '.grpo-lab'));
  symlinkSync(runs, join(other, '.grpo-lab', 'runs'));
  const fresh = await Store.open({ root: join(other, '.grpo-lab') });
  try {
    fresh.catchUp();
    expect([...store.dump()]).toEqual([...fresh.dump()]);
    expect(fresh.queries.ledger('arith-grpo-1', { room: 100 })).toEqual(ledger());
  } finally {
    fresh.close();
    rmSync(other, { recursive: true, force: true });
  }
});

test('more steps than there is room for are counted together', () => {
  aRun()
    .with(...Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? mixed(i + 1, 0) : allRight(i + 1, 0))))
    .write(runs);
  catchUp();
  const { steps, stride } = ledger(4);
  expect(stride).toBe(3);
  expect(steps.map((s) => [s.from, s.to, s.groups])).toEqual([
    [1, 3, 3],
    [4, 6, 3],
    [7, 9, 3],
    [10, 10, 1],
  ]);
  expect(steps[0]).toMatchObject({ mixed: 2, allRight: 1 });
});

test('grpo-lab ledger says it in words', () => {
  aRun().with(mixed(1, 0), allRight(1, 1), allRight(2, 0)).write(runs);
  const cli = spawnSync(process.execPath, [resolve('dist/cli.cjs'), 'ledger', 'last', '--folder', join(root, '..')], { encoding: 'utf8' });
  expect(cli.stderr).toBe('');
  expect(cli.stdout).toMatch(/^arith-grpo-1 · 3 groups of steps 1 to 2$/m);
  expect(cli.stdout).toMatch(/^ *1 +2 +50% +50% +0% +0% +0% +0% +1\.1\d* +50% +0\.750?$/m);
  expect(cli.stdout).toMatch(/^correct +1(\.0+)? +\d+(\.\d)?%$/m);
  expect(cli.stdout).toMatch(/^format +not recorded +–$/m);
  expect(cli.stdout).toContain('is carried by nothing that is recorded as a term with a weight.');
});
