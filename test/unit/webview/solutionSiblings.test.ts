import { expect, test } from 'vitest';
import { siblingChoices, usualSibling } from '../../../webview/solution/siblings.js';

const siblings = [
  { index: 2, correct: false, advantage: -0.775, reward: 0 },
  { index: 4, correct: true, advantage: 1.29, reward: 1 },
  { index: 6, correct: null, advantage: null, reward: 0.5 },
];

test('from a right solution the nearest wrong one is called wrong, and the best of the others is another', () => {
  const { first, rest } = siblingChoices({ siblings, otherVerdict: 2, bestOther: 4, correct: true });
  expect(first).toEqual([
    { index: 2, label: 'nearest wrong one: 3 ✕ Â −0.775' },
    { index: 4, label: 'best of the others: 5 ✓ Â +1.29' },
  ]);
  expect(rest.map((r) => r.label)).toEqual(['3 ✕ Â −0.775', '5 ✓ Â +1.29', '7 reward 0.500']);
});

test('from a wrong one the nearest is right', () => {
  const { first } = siblingChoices({ siblings, otherVerdict: 4, bestOther: 4, correct: false });
  expect(first.map((f) => f.label)).toEqual(['nearest right one: 5 ✓ Â +1.29', 'best of the others: 5 ✓ Â +1.29']);
});

test('the key compares with the other verdict first, else with the best, else with nothing', () => {
  expect(usualSibling({ siblings, otherVerdict: 2, bestOther: 4, correct: true })).toBe(2);
  expect(usualSibling({ siblings, otherVerdict: null, bestOther: 4, correct: true })).toBe(4);
  expect(usualSibling({ siblings: [], otherVerdict: null, bestOther: null, correct: null })).toBeNull();
});
