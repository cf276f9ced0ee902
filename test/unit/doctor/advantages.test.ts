import { expect, test } from 'vitest';
import { outcomeAdvantages } from '../../../src/core/advantages.js';
import { mean, populationStd } from '../../../src/core/stats.js';
import { formulaOf } from '../../../src/core/advantageFormula.js';
import type { ExaminedGroup } from '../../../src/doctor/evidence.js';
import { impossibleAdvantage, normalisedTwice, wrongGrouping } from '../../../src/doctor/rules/advantages.js';
import { aHealthyRun, examined, judge, withGroups, withSolutions, type BuiltStep } from '../../builders/examined.js';

const rewardsOf = (groups: readonly ExaminedGroup[]): number[] => groups.flatMap((g) => g.solutions.map((s) => s.reward!));

/** Advantages of a step over consecutive solutions in groups of another size. */
const grouped = (run: readonly BuiltStep[], size: number, from: number): BuiltStep[] =>
  run.map(({ step, groups }) => {
    if (step.step < from) return { step, groups };
    const rewards = rewardsOf(groups);
    const advantages = Array.from({ length: rewards.length / size }, (_, i) =>
      outcomeAdvantages(rewards.slice(i * size, (i + 1) * size)),
    ).flat();
    let n = 0;
    return { step, groups: groups.map((g) => ({ ...g, solutions: g.solutions.map((s) => ({ ...s, advantage: advantages[n++] })) })) };
  });

test('a baseline over the solutions of two questions is wrong grouping, from where it began', () => {
  const found = judge(wrongGrouping, grouped(aHealthyRun(), 16, 31));
  expect(found).toMatchObject({ state: 'sick', onset: 31 });
  if (found.state !== 'sick') return;
  expect(found.doors[0]).toMatchObject({ step: 31 });
  expect(found.cost.share).toBeGreaterThan(0.3);
});

test('a baseline over half of a question sums to 0 and is found all the same', () => {
  const found = judge(wrongGrouping, grouped(aHealthyRun(), 4, 10));
  expect(found).toMatchObject({ state: 'sick', onset: 10 });
  expect(found.state === 'sick' && found.evidence).toContain('each 4 solutions');
});

test('a sum is judged by its threshold', () => {
  const shifted = (by: number) =>
    withGroups(aHealthyRun(), (g) => ({
      ...g,
      solutions: g.solutions.map((s, i) => (i > 0 ? s : { ...s, advantage: s.advantage! + by })),
    }));
  // Of 8 solutions, times the largest |Â|, at most √7.
  expect(judge(wrongGrouping, shifted(0.0079)).state).toBe('healthy');
  expect(judge(wrongGrouping, shifted(0.022)).state).toBe('sick');
});

test('groups that lack members cannot be judged', () => {
  const run = withGroups(aHealthyRun(), (g) => (g.group === 0 ? { ...g, solutions: g.solutions.slice(1) } : g));
  expect(judge(wrongGrouping, run)).toMatchObject({
    state: 'unjudged',
    record: 'every solution of a group, also those that were not trained on',
  });
});

test('what is not recorded, and methods that compare no group', () => {
  const without = withSolutions(aHealthyRun(), () => ({ advantage: null }));
  for (const rule of [wrongGrouping, impossibleAdvantage])
    expect(judge(rule, without)).toMatchObject({ state: 'unjudged', record: '`advantage` of each solution' });
  expect(judge(normalisedTwice, without).state).toBe('unjudged');
  for (const method of ['ppo', 'unknown', 'reinforce++'])
    for (const rule of [wrongGrouping, impossibleAdvantage, normalisedTwice])
      expect(judge(rule, aHealthyRun(), { method }).state).toBe('unjudged');
  expect(judge(wrongGrouping, aHealthyRun(), { stepRewards: true }).state).toBe('unjudged');
});

/** Advantages of the group divided again by the standard deviation over the batch. */
const twice = (run: readonly BuiltStep[], from: number): BuiltStep[] =>
  run.map(({ step, groups }) => {
    if (step.step < from) return { step, groups };
    const all = groups.flatMap((g) => g.solutions.map((s) => s.advantage!));
    const [mu, sigma] = [mean(all), populationStd(all)];
    return {
      step,
      groups: groups.map((g) => ({ ...g, solutions: g.solutions.map((s) => ({ ...s, advantage: (s.advantage! - mu) / sigma })) })),
    };
  });
// Some groups carry no signal, so that the batch's deviation is not 1.
const starving = (): BuiltStep[] => aHealthyRun({ steps: 60, groups: 8, success: (_step, g) => [0, 0, 0.15, 0.3, 0.4, 0.5, 0.6, 0.9][g] });

test('a division by the batch after one by the group is found, and what it makes impossible is folded under it', () => {
  expect(judge(normalisedTwice, twice(starving(), 20))).toMatchObject({ state: 'sick', onset: 20 });
  const { findings } = examined(twice(starving(), 20));
  expect(findings.map((f) => [f.id, f.consequences.map((c) => c.id)])).toContainEqual(['normalised-twice', ['impossible-advantage']]);
});

test('one factor at every step is a learning rate, and nothing is found', () => {
  const run = withSolutions(starving(), ({ advantage }) => ({ advantage: advantage! * 0.7 }));
  expect(judge(normalisedTwice, run).state).toBe('healthy');
});

test('the sample’s deviation and an ε beside it are no second normalisation', () => {
  const run = withGroups(starving(), (g) => {
    const rewards = g.solutions.map((s) => s.reward!);
    const std = populationStd(rewards) * Math.sqrt(8 / 7);
    return { ...g, solutions: g.solutions.map((s) => ({ ...s, advantage: (s.reward! - mean(rewards)) / (std + 1e-4) })) };
  });
  expect(judge(normalisedTwice, run, { normalisation: null }).state).toBe('healthy');
  expect(judge(impossibleAdvantage, run, { normalisation: null }).state).toBe('healthy');
});

test('an advantage at its bound is possible, one beyond it by more than 1 % is not', () => {
  const one = (factor: number) =>
    withGroups(aHealthyRun({ steps: 2 }), (g) => {
      const rewards = [1, 0, 0, 0, 0, 0, 0, 0];
      return {
        ...g,
        solutions: g.solutions.map((s, i) => ({ ...s, reward: rewards[i], advantage: outcomeAdvantages(rewards)[i] * factor })),
      };
    });
  expect(judge(impossibleAdvantage, one(1)).state).toBe('healthy');
  expect(judge(impossibleAdvantage, one(1.009)).state).toBe('healthy');
  expect(judge(impossibleAdvantage, one(1.02))).toMatchObject({
    state: 'sick',
    onset: 1,
    doors: [{ step: 1, group: 0, solution: 0 }, {}, {}, {}, {}],
  });
  expect(judge(impossibleAdvantage, one(1.02), { normalisation: 'centred' }).state).toBe('unjudged');
});

test('a formula is read off rewards and advantages', () => {
  expect(formulaOf([1, 0, 0, 1], [1, -1, -1, 1])).toEqual({ kind: 'affine', slope: 2, std: 0.5 });
  expect(formulaOf([1, 0, 1, 1, 0, 0], [1, -1, 0, 0, 0, 0])).toEqual({ kind: 'parts', size: 2 });
  expect(formulaOf([1, 0, 0, 1], [1, -1, 0.5, -0.5])).toEqual({ kind: 'other' });
});
