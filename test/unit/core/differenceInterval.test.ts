import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceInterval, wilsonInterval, type MeanInterval } from '../../../src/core/estimators.js';

const share = (right: number, n: number): MeanInterval => ({ mean: right / n, ...wilsonInterval(right, n, 1.959964) });

test.each([
  // Newcombe (1998), table II, method 10.
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [10, 10, 0, 10, 0.6075, 1],
  [6, 7, 2, 7, 0.0582, 0.8062],
])('%i of %i against %i of %i, as published', (a, n, b, m, low, high) => {
  const found = differenceInterval(share(b, m), share(a, n));
  expect(found.low).toBeCloseTo(low, 4);
  expect(found.high).toBeCloseTo(high, 4);
});

test('it holds the difference, changes sign with the order, and stays within −1 and 1', () => {
  const any = fc.integer({ min: 1, max: 500 }).chain((n) => fc.integer({ min: 0, max: n }).map((right) => share(right, n)));
  fc.assert(
    fc.property(any, any, (a, b) => {
      const there = differenceInterval(a, b);
      const back = differenceInterval(b, a);
      expect(there.low).toBeLessThanOrEqual(there.mean);
      expect(there.high).toBeGreaterThanOrEqual(there.mean);
      expect(there.low).toBeGreaterThanOrEqual(-1 - 1e-9);
      expect(back.low).toBeCloseTo(-there.high, 12);
    }),
  );
});
