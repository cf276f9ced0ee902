import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GroupSummary } from '../../../src/store/views.js';
import { rowsOf, type Sorting } from '../../../webview/groups/rows.js';
import { windowOf } from '../../../webview/groups/window.js';

const aGroup = (group: number, more: Partial<GroupSummary> = {}): GroupSummary => ({
  address: { run: 'r', step: 1, group },
  group,
  questionId: `q${group}`,
  split: null,
  asked: { text: `Question ${group}`, skipped: 0 },
  gold: null,
  size: 16,
  correct: 8,
  rewardMean: 0.5,
  rewardStd: 0.5,
  advantages: [],
  lengthMean: 60,
  truncated: 0,
  klMean: 0.01,
  zeroStd: false,
  ...more,
});
const step = [
  aGroup(0, { correct: 16, rewardMean: 1, zeroStd: true, asked: { text: 'Tom has 23 apples', skipped: 0 } }),
  aGroup(1, { correct: 0, rewardMean: 0, zeroStd: true, asked: { text: 'Ann has 4 pears', skipped: 0 }, gold: '47' }),
  aGroup(2, { asked: { text: 'Tom sells pears', skipped: 0 } }),
  aGroup(3, { correct: null, rewardMean: null }),
];
const plain: Sorting = { column: 'group', descending: false };
const numbers = (groups: readonly GroupSummary[]): number[] => groups.map((g) => g.group);

test('filters tell mixed groups from those all of one kind; ungraded groups are none of them', () => {
  expect(numbers(rowsOf(step, 'mixed', '', plain))).toEqual([2]);
  expect(numbers(rowsOf(step, 'all right', '', plain))).toEqual([0]);
  expect(numbers(rowsOf(step, 'all wrong', '', plain))).toEqual([1]);
  expect(numbers(rowsOf(step, 'no signal', '', plain))).toEqual([0, 1]);
});

test('a search wants every word, in the question or the gold answer', () => {
  expect(numbers(rowsOf(step, 'all', 'TOM  pears', plain))).toEqual([2]);
  expect(numbers(rowsOf(step, 'all', '47', plain))).toEqual([1]);
});

test('sorting puts what is unknown last when the largest come first, and keeps ties in order', () => {
  expect(numbers(rowsOf(step, 'all', '', { column: 'reward', descending: true }))).toEqual([0, 2, 1, 3]);
  expect(numbers(rowsOf(step, 'all', '', { column: 'length', descending: true }))).toEqual([0, 1, 2, 3]);
  expect(numbers(rowsOf(step, 'all', '', { column: 'question', descending: false }))).toEqual([1, 3, 0, 2]);
});

test('the step itself is never reordered', () => {
  rowsOf(step, 'all', '', { column: 'reward', descending: false });
  expect(numbers(step)).toEqual([0, 1, 2, 3]);
});

test('every row in sight is built, and never many more', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.integer({ min: 20, max: 60 }),
      fc.integer({ min: -500, max: 200_000 }),
      fc.integer({ min: 100, max: 2000 }),
      (rows, height, top, viewport) => {
        const { from, to } = windowOf(rows, height, top, viewport);
        for (let row = 0; row < rows; row++) {
          const inSight = (row + 1) * height > top && row * height < top + viewport;
          if (inSight) expect(row >= from && row < to).toBe(true);
        }
        expect(to - from).toBeLessThanOrEqual(Math.ceil(viewport / height) + 34);
      },
    ),
    { numRuns: 50 },
  );
});
