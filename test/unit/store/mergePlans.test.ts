import { expect, test } from 'vitest';
import { mergePlans } from '../../../src/store/finding/mergePlans.js';
import type { SearchPlan } from '../../../src/store/views.js';

const plan = (run: string, index: SearchPlan['index']): SearchPlan => ({
  ...{ pieces: [{ run, firstStep: 1, lastStep: 2, solutions: 8 }], solutions: 8, all: 10, left: 1, index },
});

test('several folders are searched one after the other; there is an index where each has one', () => {
  const merged = mergePlans([plan('a', { indexed: 1, groups: 2 }), plan('b', { indexed: 3, groups: 3 })]);
  expect(merged.pieces.map((p) => p.run)).toEqual(['a', 'b']);
  expect(merged).toMatchObject({ solutions: 16, all: 20, left: 2, index: { indexed: 4, groups: 5 } });
  expect(mergePlans([plan('a', null), plan('b', { indexed: 3, groups: 3 })]).index).toBeNull();
  expect(mergePlans([])).toEqual({ pieces: [], solutions: 0, all: 0, left: 0, index: null });
});
