import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeAdvantages } from '../../../src/core/advantages.js';
import { ledgerEntry, ledgerTotal, termWeights, type LedgerSums } from '../../../src/core/signalLedger.js';
import { termSignal } from '../../../src/core/termSignal.js';

const total = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);

describe('which reward term carries the advantages of a group', () => {
  test('a term that is equal for all carries nothing; one that pulls against the others has a part below 0', () => {
    const terms = [0, 0, 1, 1].map((correct, i) => ({ correct, format: 1, brevity: i < 2 ? 1 : 0 }));
    const rewards = terms.map((t) => t.correct + t.format + 0.5 * t.brevity);
    const { advantages, terms: parts } = termSignal(rewards, [-1, -1, 1, 1], terms);
    expect(advantages).toBe(4);
    // r − r̄ is ±¼: of it correct has ±½ and brevity ∓¼.
    expect(parts).toEqual({ correct: 8, format: 0, brevity: -8 });
    expect(parts.correct + 0.5 * parts.brevity).toBe(advantages);
  });

  test('with their weights the parts are Σ|Â|, whatever the rewards and whatever the advantages are divided by', () => {
    const group = fc
      .integer({ min: 2, max: 12 })
      .chain((size) =>
        fc.array(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 3, maxLength: 3 }), { minLength: size, maxLength: size }),
      );
    const weight = fc.constantFrom(-1, 0, 0.25, 1, 2);
    fc.assert(
      fc.property(group, weight, weight, weight, fc.constantFrom(1, 0.3), (raw, ...rest) => {
        const weights = rest.slice(0, 3);
        const rewards = raw.map((values) => total(values.map((v, k) => v * weights[k])));
        const advantages = outcomeAdvantages(rewards).map((a) => a * rest[3]);
        const found = termSignal(
          rewards,
          advantages,
          raw.map(([a, b, c]) => ({ a, b, c })),
        );
        const sum = total(Object.values(found.terms).map((s, k) => s * weights[k]));
        const expected = total(advantages.map(Math.abs));
        expect(found.advantages).toBeCloseTo(expected, 9);
        // A group without signal has no parts.
        expect(sum).toBeCloseTo(expected, 9);
      }),
    );
  });

  test('what is not known is not 0', () => {
    const terms = [{ a: 0 }, { a: 1 }];
    expect(termSignal([0, 1], [null, 1], terms)).toEqual({ advantages: null, terms: {} });
    expect(termSignal([0, null], [-1, 1], terms)).toEqual({ advantages: 2, terms: {} });
    expect(
      termSignal(
        [0, 1],
        [-1, 1],
        [
          { a: 0, b: null },
          { a: 1, b: 1 },
        ],
      ),
    ).toEqual({ advantages: 2, terms: { a: 2 } });
    expect(termSignal([0, 1], [-1, 1], [{ a: 0 }, {}])).toEqual({ advantages: 2, terms: {} });
    expect(termSignal([0, 1], [-1, 1], [{}, {}])).toEqual({ advantages: 2, terms: {} });
  });

  test('a term may be called anything', () => {
    const named = (value: number) => JSON.parse(`{"__proto__": ${value}, "constructor": ${value}}`) as Record<string, number>;
    expect(Object.entries(termSignal([0, 1], [-1, 1], [named(0), named(1)]).terms)).toEqual([
      ['__proto__', 2],
      ['constructor', 2],
    ]);
  });
});

const sums: LedgerSums = {
  ...{ from: 3, to: 3, groups: 10, mixed: 4, allRight: 2, allWrong: 3, truncated: 2, truncatedKnown: 8, errors: 0, errorsKnown: 10 },
  ...{ rewarded: 40, rewardSum: 20, informative: 5, informativeRewarded: 20, informativeSum: 12, advantageGroups: 10, advantageSum: 8 },
  terms: [6, 4],
};

describe('the ledger of a step', () => {
  test('shares of all groups add up to 1; truncated and failed ones stand beside them', () => {
    const entry = ledgerEntry(sums, [1, 0.5]);
    expect(entry).toMatchObject({ mixed: 0.4, allRight: 0.2, allWrong: 0.3, truncated: 0.25, errors: 0, informative: 0.5 });
    expect(entry.mixed + entry.allRight + entry.allWrong + entry.notJudged).toBeCloseTo(1, 12);
    expect(entry).toMatchObject({ reward: 0.5, informativeReward: 0.6, terms: [0.75, 0.25] });
  });

  test('what is known of no group is null', () => {
    const none = { ...sums, truncatedKnown: 0, errorsKnown: 0, rewarded: 0, informativeRewarded: 0, advantageSum: 0 };
    expect(ledgerEntry(none, [1, null])).toMatchObject({
      ...{ truncated: null, errors: null, reward: null, informative: null, informativeReward: null },
      terms: [null, null],
    });
  });

  test('several steps together are what their groups are together', () => {
    const next = { ...sums, from: 4, to: 5, groups: 30, mixed: 0, terms: [2, 0] };
    const together = ledgerTotal([sums, next]);
    expect(together).toMatchObject({ from: 3, to: 5, groups: 40, mixed: 4, advantageSum: 16, terms: [8, 4] });
    expect(ledgerEntry(together, [1, 1]).terms).toEqual([0.5, 0.25]);
  });

  test('weights that are not recorded count 1 where the terms then add up to the advantages, and are unknown otherwise', () => {
    expect(termWeights(['a', 'b'], { a: 1, b: 0.5 }, sums)).toEqual({ weights: [1, 0.5], assumed: false });
    expect(termWeights(['a', 'b'], { a: 1 }, sums)).toEqual({ weights: [1, null], assumed: false });
    expect(termWeights(['a', 'b'], {}, sums)).toEqual({ weights: [null, null], assumed: false });
    expect(termWeights(['a', 'b'], {}, { ...sums, terms: [6, 2] })).toEqual({ weights: [1, 1], assumed: true });
    expect(termWeights(['constructor'], {}, { ...sums, terms: [6] })).toEqual({ weights: [null], assumed: false });
  });
});
