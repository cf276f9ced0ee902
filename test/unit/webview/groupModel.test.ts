import { describe, expect, test } from 'vitest';
import type { GroupDetail, SolutionSummary } from '../../../src/store/views.js';
import { countOf, filtered, filters, headlineAnswers } from '../../../webview/group/groupModel.js';
import { ordered } from '../../../webview/shared/group/solutionOrder.js';

const solution = (index: number, over: Partial<SolutionSummary>): SolutionSummary => ({
  index,
  reward: 0,
  rewards: {},
  advantage: 0,
  correct: false,
  answer: null,
  finish: 'stop',
  tokens: 10,
  kl: null,
  preview: '',
  hasTrace: true,
  turnCounts: null,
  error: null,
  ...over,
});
const group = [
  solution(0, { advantage: -1, tokens: 80, finish: 'length' }),
  solution(1, { advantage: 1, reward: 1, correct: true }),
  solution(2, { advantage: null, correct: null, tokens: 20 }),
  solution(3, { advantage: 1, reward: 2, correct: true }),
];
const indices = (solutions: SolutionSummary[]) => solutions.map((s) => s.index);

test('right, wrong and truncated are told apart; ungraded solutions are neither right nor wrong', () => {
  expect(indices(filtered(group, 'right'))).toEqual([1, 3]);
  expect(indices(filtered(group, 'wrong'))).toEqual([0]);
  expect(indices(filtered(group, 'truncated'))).toEqual([0]);
});

test('what is narrowed to is counted by the store; what nobody recorded has no number', () => {
  const of = (more: Partial<GroupDetail>) =>
    ({
      size: 900,
      correct: 2,
      solutions: group,
      failures: { errors: 7, 'tool-failures': null, truncated: 0, 'wrong-paid': 1 },
      ...more,
    }) as GroupDetail;
  expect(filters.map((f) => countOf(of({}), f))).toEqual([900, 2, 1, 7, null, 0, 1]);
  expect(countOf(of({ correct: null }), 'wrong')).toBeNull();
  const failing = [solution(0, { error: '' }), solution(1, { turnCounts: { turns: 3, calls: 1, failed: 1 } })];
  expect(indices(filtered(failing, 'errors'))).toEqual([0]);
  expect(indices(filtered(failing, 'tool-failures'))).toEqual([1]);
  const paid = [
    solution(0, { reward: 0.1 }),
    solution(1, { reward: 0.1, correct: null }),
    solution(2, { reward: null }),
    solution(3, { reward: 1, correct: true }),
  ];
  expect(indices(filtered(paid, 'wrong-paid'))).toEqual([0]);
});

describe('order', () => {
  test('largest advantage first, then reward, unknown last', () => expect(indices(ordered(group, 'advantage'))).toEqual([3, 1, 0, 2]));
  test('longest first', () => expect(indices(ordered(group, 'length'))).toEqual([0, 2, 1, 3]));
  test('as sampled', () => expect(indices(ordered(ordered(group, 'length'), 'sampled'))).toEqual([0, 1, 2, 3]));
});

test('the headline names the most frequent answers and counts the rest', () => {
  const answers = [9, 3, 2, 1, 1].map((count, i) => ({ answer: String(i), count, correct: i === 0 }));
  expect(headlineAnswers(answers, 3, 16)).toEqual({ shown: answers.slice(0, 3), others: 2 });
  expect(headlineAnswers(answers.slice(0, 4), 3, 15)).toEqual({ shown: answers.slice(0, 4), others: 0 });
});

test('a right answer is named however rare it is', () => {
  const answers = [5, 4, 2, 2, 1, 1].map((count, i) => ({ answer: String(i), count, correct: i === 4 }));
  const { shown, others } = headlineAnswers(answers, 2, 15);
  expect(shown.map((a) => a.answer)).toEqual(['0', '1', '4']);
  expect(others).toBe(5);
});
