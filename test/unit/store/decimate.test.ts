import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketMeans, decimate } from '../../../src/store/decimate.js';

const value = fc.oneof({ arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }), weight: 9 }, fc.constant(null));

test('few points are all kept', () => {
  expect(decimate([3, null, 1], 10)).toEqual([0, 1, 2]);
});

test('it stays under the maximum, keeps both ends, the highest and the lowest point', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 30, maxLength: 400 }), fc.integer({ min: 8, max: 29 }), (values, room) => {
      const kept = decimate(values, room);
      expect(kept.length).toBeLessThanOrEqual(room);
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      expect(kept[0]).toBe(0);
      expect(kept.at(-1)).toBe(values.length - 1);
      const of = (indices: number[]) => indices.map((i) => values[i]).filter((y) => typeof y === 'number');
      const all = of(values.map((_, i) => i));
      if (all.length > 0) {
        expect(Math.max(...of(kept))).toBe(Math.max(...all));
        expect(Math.min(...of(kept))).toBe(Math.min(...all));
      }
    }),
  );
});

test('a gap is not bridged', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i >= 500 && i < 505 ? null : i));
  expect(decimate(values, 100).some((i) => values[i] === null)).toBe(true);
});

test('a sparkline has means of neighbours', () => {
  expect(bucketMeans([1, 3, 5, 7], 2)).toEqual([2, 6]);
  expect(bucketMeans([1, 2], 24)).toEqual([1, 2]);
});
