import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditGroup, auditStep } from '../../../src/core/advantageAudit.js';
import { advantageVariants, hasSignal, variantIds, type VariantId } from '../../../src/core/advantageVariants.js';
import {
  knownTerms,
  supposedRewards,
  verdictPays,
  weightsOfTerms,
  whatIf as whatIfRewards,
  type JudgedGroup,
  type WeighedGroup,
} from '../../../src/core/advantageWhatIf.js';
import { outcomeAdvantages } from '../../../src/core/advantages.js';
import { mean, populationStd } from '../../../src/core/stats.js';

const rewardsOf = fc
  .array(
    fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
    { minLength: 2, maxLength: 24 },
  )
  .filter(hasSignal);

describe('an audit of recorded advantages', () => {
  test.each(variantIds)('finds that they are %s, with ε beside the std and in half precision', (id) => {
    fc.assert(
      fc.property(rewardsOf, (rewards) => {
        const advantages = advantageVariants[id].advantages(rewards).map((a) => a * (1 + 3e-4));
        const { fits, explained, otherwise } = auditGroup({ rewards, advantages });
        // Of a few rewards two formulas can be one.
        expect(fits.find((f) => f.variant === id)!.differing).toBe(0);
        expect(explained).not.toBeNull();
        expect(otherwise).toBeNull();
      }),
    );
  });

  test('no standardised group is beyond its bound, and one that differs from all others reaches it', () => {
    fc.assert(
      fc.property(rewardsOf, (rewards) => {
        for (const id of ['standardised', 'sample', 'leave-one-out-std'] as const) {
          const { advantages, bound } = advantageVariants[id];
          const largest = Math.max(...advantages(rewards).map(Math.abs));
          expect(largest).toBeLessThanOrEqual(bound(rewards.length)! * (1 + 1e-9));
        }
        expect(auditGroup({ rewards, advantages: outcomeAdvantages(rewards) }).beyond!.population).toBe(false);
      }),
    );
    const alone = [1, 0, 0, 0, 0, 0, 0, 0];
    expect(outcomeAdvantages(alone)[0]).toBeCloseTo(Math.sqrt(7));
    expect(advantageVariants.sample.advantages(alone)[0]).toBeCloseTo(7 / Math.sqrt(8));
    expect(auditGroup({ rewards: alone, advantages: outcomeAdvantages(alone) }).beyond).toEqual({ population: false, sample: true });
    expect(auditGroup({ rewards: alone, advantages: alone.map((r) => 9 * r) }).beyond).toEqual({ population: true, sample: true });
  });

  test('says how they follow where no formula gives them: another std, another baseline, parts of the group, not at all', () => {
    const rewards = [1, 0, 0, 1, 0, 0.5];
    const centred = rewards.map((r) => r - mean(rewards));
    expect(auditGroup({ rewards, advantages: centred.map((a) => 3 * a) }).otherwise).toMatchObject({ kind: 'scaled', slope: 3 });
    expect(auditGroup({ rewards, advantages: rewards.map((r) => 2 * (r - 0.9)) }).otherwise).toMatchObject({
      kind: 'baseline',
      slope: expect.closeTo(2) as number,
      baseline: expect.closeTo(0.9) as number,
    });
    const inParts = [rewards.slice(0, 3), rewards.slice(3)].flatMap(outcomeAdvantages);
    expect(auditGroup({ rewards, advantages: inParts })).toMatchObject({ isCentred: true, otherwise: { kind: 'parts', size: 3 } });
    expect(auditGroup({ rewards, advantages: [1, -1, 1, -1, 1, -1] }).otherwise).toEqual({ kind: 'unrelated' });
  });

  test('what is missing is counted, and nothing is concluded from the rest', () => {
    expect(auditGroup({ rewards: [1, 0, NaN], advantages: [1, NaN, NaN] })).toMatchObject({
      ...{ withoutReward: 1, withoutAdvantage: 2, sum: 1, isCentred: null, fits: [], explained: null, otherwise: null },
    });
    // A group that lost a member: what is left does not sum to 0.
    const whole = outcomeAdvantages([1, 1, 0, 0]);
    expect(auditGroup({ rewards: [1, 1, 0], advantages: whole.slice(0, 3) })).toMatchObject({ isCentred: false, explained: null });
    expect(auditGroup({ rewards: [NaN], advantages: [NaN] })).toMatchObject({ sum: null, largest: null, beyond: null });
  });

  test('groups of a step together tell a std of the batch from a second normalisation', () => {
    const groups = [
      [1, 0, 0, 0],
      [1, 1, 0, 0],
      [1, 0.5, 0, 0],
      [0.2, 0, 0, 0],
    ];
    const all = groups.flat();
    const by = (f: (rewards: number[]) => number[]) => groups.map((rewards) => ({ rewards, advantages: f(rewards) }));
    const batch = auditStep(by((rewards) => rewards.map((r) => (r - mean(rewards)) / populationStd(all))));
    expect(batch).toMatchObject({ groups: 4, explained: [], common: { kind: 'batch', std: expect.closeTo(populationStd(all)) as number } });
    const twice = auditStep(by((rewards) => outcomeAdvantages(rewards).map((a) => 1.4 * a)));
    expect(twice.common).toEqual({ kind: 'twice', factor: expect.closeTo(1.4) as number });
    const fine = auditStep([...by(outcomeAdvantages), { rewards: [1, 1], advantages: [0, 0] }]);
    expect(fine).toMatchObject({ groups: 4, explained: [['standardised', 4]], common: null, usualSize: 4, otherSizes: 1 });
  });
});

const whatIf = (group: WeighedGroup, weights: Record<string, number> | null, variant: VariantId) =>
  whatIfRewards(group, supposedRewards(group, weights)!, variant);

describe('what if', () => {
  const group = {
    rewards: [1.1, 0.1, 1, 0],
    advantages: outcomeAdvantages([1.1, 0.1, 1, 0]),
    terms: [
      { correct: 1, format: 1 },
      { correct: 0, format: 1 },
      { correct: 1, format: 0 },
      { correct: 0, format: 0 },
    ],
  };

  test('other weights turn advantages round, and say whose', () => {
    expect(weightsOfTerms(group, { correct: 1, format: 0.1 })).toEqual({ correct: 1, format: 0.1 });
    expect(whatIf(group, { correct: 1, format: 0.1 }, 'standardised')).toMatchObject({ flips: [], signal: null });
    expect(whatIf(group, { correct: 0.1, format: 1 }, 'standardised').flips).toEqual([1, 2]);
    expect(whatIf(group, { correct: 0, format: 0 }, 'standardised')).toMatchObject({ signal: 'lost', advantages: [0, 0, 0, 0] });
    const silent = { ...group, rewards: [1, 1, 1, 1], advantages: [0, 0, 0, 0] };
    expect(whatIf(silent, { format: 1 }, 'standardised')).toMatchObject({ signal: 'gained', flips: [] });
  });

  test('rewards that are no sum of their terms are not weighed anew; their normalisation can be', () => {
    expect(weightsOfTerms({ ...group, rewards: [1, 0, 0, 0] }, {})).toBeNull();
    expect(knownTerms({ terms: [{ a: 1, b: null }, { a: 0 }] })).toEqual(['a']);
    expect(whatIf(group, null, 'centred').advantages).toEqual(group.rewards.map((r) => expect.closeTo(r - 0.55) as number));
  });

  test('the weights that a run was trained with change nothing', () => {
    const solutions = fc.array(fc.record({ a: fc.integer({ min: 0, max: 3 }), b: fc.integer({ min: 0, max: 3 }) }), {
      minLength: 2,
      maxLength: 9,
    });
    fc.assert(
      fc.property(solutions, fc.integer({ min: 1, max: 5 }), (terms, weight) => {
        const rewards = terms.map(({ a, b }) => a + weight * b);
        const advantages = outcomeAdvantages(rewards);
        const weights = weightsOfTerms({ rewards, advantages, terms }, { b: weight })!;
        expect(whatIf({ rewards, advantages, terms }, weights, 'standardised')).toEqual({ rewards, advantages, flips: [], signal: null });
      }),
    );
  });
});

describe('what if with another checker', () => {
  const judged = (correct: (boolean | null)[], format: number[]): JudgedGroup => {
    const terms = correct.map((c, i) => ({ format: format[i], correct: c === true ? 2 : -1 }));
    const rewards = terms.map((of) => of.correct + 0.5 * of.format);
    return { correct, terms, rewards, advantages: outcomeAdvantages(rewards) };
  };
  const mixed = judged([true, false, false, true], [1, 1, 0, 0]);
  const silent = judged([false, false], [1, 1]);

  test('the term that follows from the verdicts is found, with what right and wrong are paid', () => {
    expect(verdictPays([mixed, silent])).toEqual([{ term: 'correct', right: 2, wrong: -1 }]);
    // Of one that is all wrong nobody knows what right would be paid.
    expect(verdictPays([silent])).toEqual([]);
    const bare = { ...mixed, terms: mixed.terms.map(() => ({})), rewards: [1, 0, 0, 1] };
    expect(verdictPays([bare])).toEqual([{ term: null, right: 1, wrong: 0 }]);
    expect(verdictPays([{ ...bare, rewards: [1, 0, 0.5, 1] }])).toEqual([]);
  });

  test('signs flip and groups gain a signal as verdicts say', () => {
    const [pay] = verdictPays([mixed]);
    const weights = { correct: 1, format: 0.5 };
    const turned = supposedRewards(mixed, weights, { pay, right: [false, true, false, true] })!;
    expect(turned).toEqual([-0.5, 2.5, -1, 2]);
    expect(whatIfRewards(mixed, turned, 'standardised')).toMatchObject({ flips: [0, 1], signal: null });
    const woken = supposedRewards(silent, weights, { pay, right: [false, true] })!;
    expect(whatIfRewards(silent, woken, 'standardised')).toMatchObject({ signal: 'gained', flips: [], advantages: [-1, 1] });
  });

  test('what the checker did not judge, or what is no part of the reward, gives no rewards', () => {
    const [pay] = verdictPays([mixed]);
    expect(supposedRewards(mixed, { correct: 1 }, { pay, right: [true, null, true, true] })).toBeNull();
    expect(supposedRewards(mixed, { correct: 1 }, { pay, right: [true] })).toBeNull();
    expect(supposedRewards(mixed, null, { pay, right: [true, true, true, true] })).toBeNull();
    expect(supposedRewards(mixed, null, { pay: { ...pay, term: null }, right: [true, false, true, true] })).toEqual([2, -1, 2, 2]);
  });

  test('a checker that says the same changes nothing', () => {
    const anyGroup = fc.array(fc.record({ correct: fc.boolean(), format: fc.integer({ min: 0, max: 3 }) }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(anyGroup, (solutions) => {
        const correct = [...solutions.map((s) => s.correct), true, false];
        const group = judged(correct, [...solutions.map((s) => s.format), 0, 3]);
        const pay = verdictPays([group]).find(({ term }) => term === 'correct')!;
        const weights = weightsOfTerms(group, { format: 0.5 })!;
        const rewards = supposedRewards(group, weights, { pay, right: correct })!;
        expect(whatIfRewards(group, rewards, 'standardised')).toEqual({
          rewards: group.rewards,
          advantages: group.advantages,
          flips: [],
          signal: null,
        });
      }),
    );
  });
});
