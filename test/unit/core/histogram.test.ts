import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histogram, type Bin } from '../../../src/core/histogram.js';
import { isInBin } from '../../../src/query/condition.js';
import { parse } from '../../../src/query/parse.js';
import { conjuncts } from '../../../src/query/tree.js';

const counted = (values: readonly number[]): { value: number; n: number }[] =>
  [...new Set(values.map((v) => (v === 0 ? 0 : v)))]
    .sort((a, b) => a - b)
    .map((value) => ({ value, n: values.filter((v) => v === value).length }));

test('few values have a bin each; many lie between round numbers', () => {
  expect(histogram(counted([1, 0, 1]), { few: 12, most: 20 })).toEqual([
    { low: 0, high: 0, n: 1 },
    { low: 1, high: 1, n: 2 },
  ]);
  const tenths = Array.from({ length: 40 }, (_, i) => i / 10);
  const bins = histogram(counted(tenths), { few: 12, most: 20 });
  expect([bins.length, bins[0], bins[1].low, bins.at(-1)!.high]).toEqual([20, { low: 0, high: 0.2, n: 2 }, 0.2, 4]);
  expect(histogram(counted([3, 7, 19, 40, 41]), { few: 2, most: 4, whole: true }).map((b) => [b.low, b.high, b.n])).toEqual([
    [0, 10, 2],
    [10, 20, 1],
    [20, 30, 0],
    [30, 40, 0],
    [40, 50, 2],
  ]);
  expect(histogram([], { few: 1, most: 4 })).toEqual([]);
  expect(histogram(counted([-1.7e308, 0, 1.7e308]), { few: 1, most: 4 })).toEqual([{ low: -1.7e308, high: 1.7e308, n: 3 }]);
});

/** Whether a filter is true of a value, by its own words. */
const holds = (filter: string, value: number): boolean =>
  conjuncts(parse(filter).tree!).every((c) =>
    c.kind === 'range'
      ? value >= c.from! && value <= c.to!
      : c.kind === 'number' &&
        { '=': value === c.value, '>=': value >= c.value, '<': value < c.value, '!=': false, '<=': false, '>': false }[c.is],
  );

test('every number is counted once, and the condition of a bin is true of just what the bin counts', () => {
  const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: -2, max: 2, noNaN: true }), fc.integer());
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (values, most) => {
      const bins = histogram(counted(values), { few: 3, most });
      const found = bins.map((_: Bin, i) => values.filter((v) => holds(isInBin('reward', bins, i), v)).length);
      expect(found).toEqual(bins.map((b) => b.n));
      expect(found.reduce((a, b) => a + b, 0)).toBe(values.length);
      expect(bins.length).toBeLessThanOrEqual(Math.max(3, most + 2));
    }),
  );
});
