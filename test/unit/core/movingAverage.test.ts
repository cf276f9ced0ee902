import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movingAverage } from '../../../src/core/movingAverage.js';

const of = (values: readonly number[], weight: number): number[] => [...movingAverage(Float64Array.from(values), weight)];

test('weight 0 changes nothing', () => expect(of([3, 1, 2], 0)).toEqual([3, 1, 2]));

test('two values by hand', () => {
  // m_1 = 0.5·2 = 1, shown 1/0.5; m_2 = 0.5·1 + 0.5·4 = 2.5, shown 2.5/0.75.
  expect(of([2, 4], 0.5)).toEqual([2, 2.5 / 0.75]);
});

test('a missing value stays missing and counts for nothing', () => {
  expect(of([2, NaN, 4], 0.5)).toEqual([2, NaN, 2.5 / 0.75]);
});

test('a constant stays what it is and no value leaves the range of what came before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (ys, w) => {
        of(ys, w).forEach((m, i) => {
          const seen = ys.slice(0, i + 1);
          expect(m).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-6);
          expect(m).toBeLessThanOrEqual(Math.max(...seen) + 1e-6);
        });
      },
    ),
  );
});
