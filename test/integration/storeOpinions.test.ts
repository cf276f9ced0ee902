/** What the store says of a reward model: opinions beside verdicts, over the steps that are asked for. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventOf } from '../../src/protocol/events.js';
import type { WireNumber } from '../../src/protocol/wireNumber.js';
import { Store } from '../../src/store/store.js';
import type { OpinionQuestion } from '../../src/store/views.js';
import { aMetrics, aRun, aSolution } from '../builders/aRun.js';

let runs: string;
let store: Store;
beforeEach(async () => {
  const root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-opinions-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  store = await Store.open({ root });
});
afterEach(() => {
  store.close();
  rmSync(join(runs, '../..'), { recursive: true, force: true });
});

type Body = Omit<EventOf<'group'>, 'v' | 'seq' | 'time'>;
/** A group whose solutions the model gave these values; the builder's odd solutions are right. */
const judged = (step: number, group: number, values: (WireNumber | undefined)[], term = 'reward_model'): Body => ({
  type: 'group',
  step,
  group,
  question_id: 'q',
  question: 'What is 40 + 7?',
  gold: '47',
  solutions: values.map((value, i) => {
    const s = aSolution(i);
    return value === undefined ? s : { ...s, rewards: { ...s.rewards, [term]: value } };
  }),
});
const ask = (question: Partial<OpinionQuestion> = {}) => store.queries.opinions('arith-grpo-1', { limit: 10, ...question });
const write = (...bodies: Body[]) => {
  const run = aRun()
    .with(...bodies)
    .write(runs);
  expect(store.catchUp()).toEqual([]);
  return run;
};

test('counts where model and rule agree, how pairs of one question are ordered, and how well probabilities are calibrated', () => {
  // wrong, right, wrong, right
  write(judged(1, 0, [0.1, 0.9, 0.6, 0.8]), judged(1, 1, [0.3, 0.3, 0.2, 0.4]), judged(2, 0, [0.95, 1]));
  expect(ask()).toMatchObject({
    term: 'reward_model',
    otherTerms: [],
    ...{ from: 1, upTo: 2, steps: 2, firstStep: 1, lastStep: 2 },
    ...{ n: 10, right: 5, agreeing: 6, wrongLiked: 2, rightDisliked: 2 },
    // 4 of 4, then 0.5 + 1 + 1 + 1 of 4, then 1 of 1
    ...{ pairs: 9, pairsInOrder: 8.5 },
  });
  const { bins, error } = ask()!.reliability;
  expect(bins.map((b) => [b.low, b.n, b.right])).toEqual([
    [0.1, 1, 0],
    [0.2, 1, 0],
    [0.3, 2, 0.5],
    [0.4, 1, 1],
    [0.6, 1, 0],
    [0.8, 1, 1],
    [0.9, 3, expect.closeTo(2 / 3, 12)],
  ]);
  const gaps = [0.1, 0.2, 2 * 0.2, 0.6, 0.6, 0.2, 3 * (0.95 - 2 / 3)];
  expect(error).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap, 0) / 10, 12);
});

test('lists what is most wrong first, each with its place, as many as are asked for, and those of one bin alone', () => {
  write(judged(1, 0, [0.1, 0.9, 0.6, 0.8]), judged(2, 3, [0.95, 1]));
  const { wrong, right } = ask({ limit: 2 })!.examples;
  expect(wrong).toMatchObject({
    total: 3,
    listed: [
      { address: { run: 'arith-grpo-1', step: 2, group: 3, solution: 0 }, probability: 0.95, gold: '47', answer: '40' },
      {
        address: { run: 'arith-grpo-1', step: 1, group: 0, solution: 2 },
        probability: 0.6,
        questionPreview: { text: 'What is 40 + 7?', skipped: 0 },
      },
    ],
  });
  expect(right.listed.map((o) => o.probability)).toEqual([0.8, 0.9]);
  const last = ask({ within: { low: 0.9, high: 1 } })!;
  expect(last.examples.wrong.listed.map((o) => o.probability)).toEqual([0.95]);
  expect(last.examples.right.listed.map((o) => o.probability)).toEqual([0.9, 1]);
  expect(last.n).toBe(6);
});

test('solutions of a group that are written alike are listed once', () => {
  const group = judged(1, 0, [0.7, 0.2, 0.7, 0.9, 0.8]);
  group.solutions[2] = { ...group.solutions[0] };
  write(group, judged(2, 0, [0.7]));
  const { wrong } = ask({ limit: 2 })!.examples;
  expect(wrong.listed.map((o) => [o.probability, o.address.step, o.alike])).toEqual([
    [0.8, 1, 1],
    [0.7, 1, 2],
  ]);
  expect([wrong.total, wrong.left]).toEqual([4, 1]);
  expect(ask({ limit: 3 })!.examples.wrong.left).toBe(0);
});

test('looks at the last steps that have solutions, up to any step', () => {
  write(...[1, 4, 5, 9].map((step) => judged(step, 0, [step / 10, 0.9])));
  expect(ask({ steps: 2 })).toMatchObject({ from: 5, upTo: 9, steps: 2, n: 4, firstStep: 1, lastStep: 9 });
  expect(ask({ steps: 2, upTo: 8 })).toMatchObject({ from: 4, upTo: 8, steps: 2, n: 4 });
  expect(ask({ steps: 100, upTo: 1000 })).toMatchObject({ from: 1, upTo: 9, steps: 4 });
  expect(ask({ upTo: 0 })).toBeNull();
});

test('what comes in while one looks is counted, and so is a step that is taken back', () => {
  const run = write(judged(1, 0, [0.1, 0.9]));
  expect(ask()).toMatchObject({ n: 2 });
  run.append(judged(2, 0, [0.6, 0.9]));
  store.catchUp();
  expect(ask()).toMatchObject({ n: 4, wrongLiked: 1 });
  run.append({ type: 'resume', from_step: 1, checkpoint: null }, judged(2, 0, [0.1, 0.9]));
  store.catchUp();
  expect(ask()).toMatchObject({ n: 4, wrongLiked: 0 });
});

test("another trainer's term serves when its values look like probabilities; a rule's 0 and 1 and a score without bounds do not", () => {
  write(judged(1, 0, [0.2, 0.7], 'prm "score"'));
  expect(ask()).toBeNull();
  const term = 'rm/score.v2';
  aRun('b')
    .with(judged(1, 0, [0.2, 0.7, 'NaN', undefined], term), judged(1, 1, [3.5, -1], 'raw'), aMetrics(1))
    .write(runs);
  store.catchUp();
  expect(store.queries.opinions('b', { limit: 1 })).toMatchObject({ term, otherTerms: [], n: 2 });
  aRun('c')
    .with(judged(1, 0, [1, 0]), judged(1, 1, [0.1, 0.2], 'a'))
    .write(runs);
  store.catchUp();
  expect(store.queries.opinions('c', { limit: 1 })).toMatchObject({ term: 'reward_model', otherTerms: ['a'] });
  expect(store.queries.opinions('c', { limit: 1, term: 'a' })).toMatchObject({ term: 'a', otherTerms: ['reward_model'], n: 2 });
  aRun('d')
    .with(judged(1, 0, [undefined, undefined]))
    .write(runs);
  store.catchUp();
  expect(store.queries.opinions('d', { limit: 1 })).toBeNull();
  expect(store.queries.opinions('nowhere', { limit: 1 })).toBeNull();
});
