import { expect, test } from 'vitest';
import { importCounts } from '../../../src/core/importCounts.js';

const counts = { rows: null, steps: 10, groups: 40, solutions: 160, curves: 0 };

test('says how many of each there are, and of curves alone no groups', () => {
  expect(importCounts({ ...counts, rows: 160 })).toBe('160 rows → 10 steps, 40 groups, 160 solutions');
  expect(importCounts(counts)).toBe('10 steps, 40 groups, 160 solutions');
  expect(importCounts({ ...counts, groups: 0, solutions: 0, curves: 1 })).toBe('10 steps, 1 curve');
  expect(importCounts({ rows: 1, steps: 1, groups: 1, solutions: 1000, curves: 12 })).toBe(
    '1 row → 1 step, 1 group, 1,000 solutions, 12 curves',
  );
});
