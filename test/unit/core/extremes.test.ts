import { expect, test } from 'vitest';
import { append, largest, smallest } from '../../../src/core/extremes.js';

test('a million values have a largest and a smallest, and can be put behind others', () => {
  const values = Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 1_000_003);
  const sorted = Float64Array.from(values).sort();
  expect([largest(values), smallest(new Set(values))]).toEqual([sorted.at(-1), sorted[0]]);
  const list = [1];
  append(list, values);
  expect([list.length, list[1], list.at(-1)]).toEqual([1_000_001, values[0], values.at(-1)]);
});

test('NaN is not passed over, and no values have the bound that is given', () => {
  expect([largest([1, NaN, 2]), smallest([1, NaN, 2])]).toEqual([NaN, NaN]);
  expect([largest([]), smallest([])]).toEqual([-Infinity, Infinity]);
  expect([largest([-3], 0), smallest([3], 0)]).toEqual([0, 0]);
});
