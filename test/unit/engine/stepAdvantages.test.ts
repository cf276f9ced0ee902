import { expect, test } from 'vitest';
import type { SampledSolution } from '../../../src/engine/samples.js';
import { stepAdvantages } from '../../../src/engine/methods/grpo.js';
import { drGrpoAdvantages, outcomeAdvantages, processAdvantages } from '../../../src/core/advantages.js';

const terms = [
  { term: 'correct', weight: 1 },
  { term: 'reward_model', from: 'prm', weight: 0.3 },
] as const;

/** A solution of so many tokens, whose steps end where it is said. */
const solution = (correct: number, length: number, ends: number[], rewards: number[]): SampledSolution =>
  ({
    sequence: { prompt: [1], response: new Array<number>(length).fill(5) },
    reward: { terms: { correct, reward_model: 0.5 }, total: correct + 0.15 },
    steps: { ends, rewards },
  }) as unknown as SampledSolution;

test('a rule’s verdict reaches every token alike, however many steps a solution has', () => {
  const group = [solution(1, 4, [1, 3], [0.2, 0.2]), solution(0, 2, [1], [0.2]), solution(0, 6, [1, 3, 5], [0.2, 0.2, 0.2])];
  const [right, short, long] = stepAdvantages(group, terms, outcomeAdvantages);
  const [good, bad] = outcomeAdvantages([1, 0, 0]);
  right.forEach((a) => expect(a).toBeCloseTo(good, 6));
  for (const a of [...short, ...long]) expect(a).toBeCloseTo(bad, 6);
});

test('beside it stands what the reward model says of the steps, weighed', () => {
  const ends = [
    [1, 3],
    [0, 3],
  ];
  const rewardsOf = [
    [0.9, 0.1],
    [0.4, 0.6],
  ];
  const group = rewardsOf.map((rewards, i) => solution(0, 4, ends[i], rewards));
  const expected = processAdvantages(rewardsOf, ends, [4, 4]);
  stepAdvantages(group, terms, outcomeAdvantages).forEach((a, i) => a.forEach((x, t) => expect(x).toBeCloseTo(0.3 * expected[i][t], 6)));
});

test('neither is divided by its deviation where the setting says so', () => {
  const ends = [[1, 3], [3]];
  const rewardsOf = [[0.5, 0.3], [0.1]];
  const group = rewardsOf.map((rewards, i) => solution(i, 4, ends[i], rewards));
  const [wrong, right] = stepAdvantages(group, terms, drGrpoAdvantages).map((a) => [...a]);
  // Mean of all steps 0.3, of the rule 0.5.
  [0.2 + 0, 0.2 + 0, 0, 0].forEach((x, t) => expect(wrong[t]).toBeCloseTo(0.3 * x - 0.5, 6));
  for (const a of right) expect(a).toBeCloseTo(0.3 * -0.2 + 0.5, 6);
});

test('alone, it is the paper’s process supervision', () => {
  const group = [solution(1, 3, [2], [0.9]), solution(0, 3, [0, 2], [0.1, 0.3])];
  const alone = stepAdvantages(group, [{ term: 'reward_model', from: 'prm', weight: 1 }], outcomeAdvantages);
  expect(alone).toEqual(processAdvantages([[0.9], [0.1, 0.3]], [[2], [0, 2]], [3, 3]));
});
