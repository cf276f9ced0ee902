import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drGrpoAdvantages, outcomeAdvantages, rlooAdvantages } from '../../../src/core/advantages.js';
import { mean, populationStd } from '../../../src/core/stats.js';

const rewards = fc.array(
  fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
  { minLength: 2, maxLength: 64 },
);

test('one right answer among four is worth √3, the three wrong ones −1/√3', () => {
  const [right, ...wrong] = outcomeAdvantages([1, 0, 0, 0]);
  expect(right).toBeCloseTo(Math.sqrt(3), 12);
  for (const a of wrong) expect(a).toBeCloseTo(-1 / Math.sqrt(3), 12);
});

test.each([[[0.1, 0.1, 0.1]], [[1, 1]], [[0, 0, 0, 0]], [[7]]])('equal rewards %j carry no signal', (equal) => {
  const none = equal.map(() => 0);
  expect(outcomeAdvantages(equal)).toEqual(none);
  expect(drGrpoAdvantages(equal)).toEqual(none);
  expect(rlooAdvantages(equal)).toEqual(none);
});

test('RLOO compares each output with the mean of the others', () => {
  expect(rlooAdvantages([1, 0, 0.5])).toEqual([0.75, -0.75, 0]);
});

describe('for any group', () => {
  test('advantages have mean 0, and std 1 unless all rewards are equal', () => {
    fc.assert(
      fc.property(rewards, (r) => {
        const a = outcomeAdvantages(r);
        expect(mean(a)).toBeCloseTo(0, 8);
        expect(populationStd(a)).toBeCloseTo(new Set(r).size === 1 ? 0 : 1, 8);
      }),
    );
  });

  test('only the order and spacing of rewards matter: shift and scale do not', () => {
    fc.assert(
      fc.property(rewards, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 50 }), (r, shift, scale) => {
        const moved = outcomeAdvantages(r.map((x) => x * scale + shift));
        outcomeAdvantages(r).forEach((a, i) => expect(moved[i]).toBeCloseTo(a, 6));
      }),
    );
  });

  test('the variants are the same advantages on other scales', () => {
    fc.assert(
      fc.property(rewards, (r) => {
        const sigma = populationStd(r);
        const g = r.length;
        const grpo = outcomeAdvantages(r);
        const rloo = rlooAdvantages(r);
        drGrpoAdvantages(r).forEach((a, i) => {
          expect(a).toBeCloseTo(grpo[i] * sigma, 8);
          expect(rloo[i]).toBeCloseTo((a * g) / (g - 1), 8);
        });
      }),
    );
  });
});
