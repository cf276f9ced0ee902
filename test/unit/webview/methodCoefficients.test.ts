import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SolutionSummary, Trace } from '../../../src/store/views.js';
import {
  bestPair,
  coefficientsOf,
  overTokens,
  plainSettings,
  type Coefficient,
  type Group,
} from '../../../webview/methods/methodCoefficients.js';
import { settingsOf } from '../../../webview/methods/coefficientSettings.js';

const aSolution = (
  index: number,
  reward: number | null,
  correct: boolean | null = reward === null ? null : reward > 0,
): SolutionSummary => ({
  ...{
    index,
    reward,
    rewards: {},
    advantage: null,
    correct,
    answer: '1',
    finish: 'stop',
    tokens: 2,
    kl: null,
    preview: '',
    hasTrace: true,
    turnCounts: null,
    error: null,
  },
});
const aTrace = (more: Partial<Trace> = {}): Trace => ({
  ends: [1, 2],
  logpOld: [-1, -2],
  logp: [-1, -2],
  logpRef: [-1, -2],
  ...more,
});
const aGroup = (rewards: (number | null)[], traces: (Trace | null)[] = [], method = 'grpo'): Group => ({
  method,
  solutions: rewards.map((r, i) => aSolution(i, r)),
  traces: rewards.map((_, i) => traces.at(i) ?? null),
});
const tokens = (c: Coefficient | undefined): unknown => (c?.kind === 'value' ? c.tokens : c?.why);

describe('coefficients of a group with rewards 1, 0, 0, 1 without tokens', () => {
  const found = coefficientsOf(aGroup([1, 0, 0, 1]), plainSettings);
  test.each([
    ['rft', [1, 0, 0, 1]],
    ['grpo', [1, -1, -1, 1]],
    ['drGrpo', [0.5, -0.5, -0.5, 0.5]],
    ['rloo', [2 / 3, -2 / 3, -2 / 3, 2 / 3]],
    ['dapo', [1, -1, -1, 1]],
    ['gspo', [1, -1, -1, 1]],
  ] as const)('%s', (column, expected) => {
    found[column]!.forEach((c, i) => expect(tokens(c)).toBeCloseTo(expected[i], 12));
  });

  test('SFT has none for samples, DPO needs log-probabilities, PPO its critic', () => {
    expect(found.sft!.every((c) => c.kind === 'none')).toBe(true);
    expect(tokens(found.dpo![0])).toMatch(/log-probabilities/);
    expect(tokens(found.dpo![3])).toMatch(/Not in the pair: solution 1 against 2/);
    expect(found.ppo).toBeUndefined();
  });
});

describe('coefficients with tokens', () => {
  test('GRPO adds β(π_ref/π_θ − 1) to ρÂ, token by token, and a clipped token keeps the KL term alone', () => {
    const trace = aTrace({ logp: [-0.5, -2], logpRef: [-1, -1.5] });
    const { grpo } = coefficientsOf(aGroup([1, 0], [trace, aTrace()]), plainSettings);
    // ρ = e^0.5 is above 1.2, so the first token is clipped; its π_ref/π_θ is e^−0.5. The second has ρ = 1 and π_ref/π_θ = e^0.5.
    expect((tokens(grpo![0]) as number[])[0]).toBeCloseTo(0.04 * (Math.exp(-0.5) - 1), 12);
    expect((tokens(grpo![0]) as number[])[1]).toBeCloseTo(1 + 0.04 * (Math.exp(0.5) - 1), 12);
    expect(tokens(grpo![1])).toEqual([-1, -1]);
  });

  test('DAPO’s higher clip lets a token through that GRPO’s stops', () => {
    const trace = aTrace({ logpOld: [-1, -2], logp: [-1 + Math.log(1.25), -2] });
    const { drGrpo, dapo } = coefficientsOf(aGroup([1, 0], [trace, aTrace()]), plainSettings);
    expect(tokens(drGrpo![0])).toEqual([0, 0.5]);
    expect((tokens(dapo![0]) as number[])[0]).toBeCloseTo(1.25, 12);
  });

  test('the two of DPO’s pair weigh alike, with opposite signs, and less the better the policy orders them', () => {
    const far = aTrace({ logp: [0, 0], logpRef: [-5, -5] });
    const pair = (chosen: Trace) => coefficientsOf(aGroup([1, 0], [chosen, aTrace()]), plainSettings).dpo!.map(tokens);
    expect(pair(aTrace())).toEqual([0.5, -0.5]);
    const [plus, minus] = pair(far) as number[];
    expect(plus).toBeCloseTo(1 / (1 + Math.exp(1)), 12);
    expect(minus).toBe(-plus);
  });

  test('GSPO has one ratio for a solution, and its narrow clip stops it whole', () => {
    const trace = aTrace({ logp: [-0.999, -2] });
    const { gspo } = coefficientsOf(aGroup([1, 0], [trace, trace]), plainSettings);
    expect(tokens(gspo![0])).toBe(0);
    expect(tokens(gspo![1])).toBeCloseTo(-Math.exp(0.0005), 12);
  });

  test('advantages per token are PPO’s in a run of PPO, and GRPO’s own under process supervision', () => {
    const trace = aTrace({ advantage: [0.25, -0.75] });
    const ofPpo = coefficientsOf(aGroup([1, 0], [trace, null], 'ppo'), plainSettings);
    expect(tokens(ofPpo.ppo![0])).toEqual([0.25, -0.75]);
    expect(tokens(ofPpo.ppo![1])).toMatch(/not recorded/);
    expect(tokens(ofPpo.grpo![0])).toEqual([1, 1]);
    const ofGrpo = coefficientsOf(aGroup([1, 0], [trace, null]), plainSettings);
    expect(ofGrpo.ppo).toBeUndefined();
    expect(tokens(ofGrpo.grpo![0])).toEqual([0.25, -0.75]);
  });

  test('arrays that do not belong together are not used', () => {
    const trace = aTrace({ logpRef: [-9] });
    expect(tokens(coefficientsOf(aGroup([1, 0], [trace]), plainSettings).grpo![0])).toEqual([1, 1]);
    const torn = aTrace({ logp: [-9] });
    expect(tokens(coefficientsOf(aGroup([1, 0], [torn]), plainSettings).grpo![0])).toBe(1);
  });
});

test('a group without signal, or with a reward that is not known, moves nothing', () => {
  const { grpo, rloo } = coefficientsOf(aGroup([1, 1, 1]), plainSettings);
  expect([...grpo!, ...rloo!].map(tokens)).toEqual([0, 0, 0, 0, 0, 0]);
  const unknown = coefficientsOf(aGroup([1, null]), plainSettings);
  expect(tokens(unknown.grpo![0])).toMatch(/not recorded/);
  expect(tokens(unknown.rft![1])).toBe('Not judged.');
});

test('the best pair is a right and a wrong one, of the highest and the lowest reward', () => {
  const arbitrary = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean()), { maxLength: 12 });
  fc.assert(
    fc.property(arbitrary, (list) => {
      const solutions = list.map(([reward, right], i) => aSolution(i, reward, right));
      const pair = bestPair(solutions);
      const of = (right: boolean) => list.filter(([, r]) => r === right).map(([reward]) => reward);
      if (of(true).length === 0 || of(false).length === 0) expect(pair).toBeUndefined();
      else {
        expect(list[pair!.chosen]).toEqual([Math.max(...of(true)), true]);
        expect(list[pair!.rejected]).toEqual([Math.min(...of(false)), false]);
      }
    }),
  );
});

test('a solution in one number is the mean over its tokens', () => {
  expect(overTokens([1, 2, 6])).toEqual({ mean: 3, low: 1, high: 6 });
  expect(overTokens(-1)).toEqual({ mean: -1, low: -1, high: -1 });
});

test('ε, β and the KL estimator are the run’s where they mean the same', () => {
  expect(settingsOf('grpo', { name: 'grpo', beta: 0.1, clip: 0.3, kl: 'k2' })).toMatchObject({
    beta: 0.1,
    dpoBeta: 0.1,
    clip: { low: 0.3, high: 0.3 },
    kl: 'k2',
  });
  expect(settingsOf('grpo', { clip: { low: 0.2, high: 0.28 } }).clip).toEqual({ low: 0.2, high: 0.28 });
  expect(settingsOf('dpo', { beta: 0.5 })).toMatchObject({ beta: 0.04, dpoBeta: 0.5 });
  expect(settingsOf('ppo', { beta: 0.5 })).toMatchObject({ beta: 0.04, dpoBeta: 0.1 });
  expect(settingsOf('verl', null)).toEqual(plainSettings);
  expect(settingsOf('verl', { beta: 'much', clip: [] })).toEqual(plainSettings);
});
