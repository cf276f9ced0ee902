import { expect, test } from 'vitest';
import { rewardFunction } from '../../../src/engine/rewardFunction.js';
import { gradeSolution } from '../../../src/grading/grade.js';

const solved = (text: string, length: number) => ({ text, length, grade: gradeSolution(text, '12') });

test('a reward is the weighted sum of its terms', () => {
  const reward = rewardFunction(
    [
      { term: 'correct', weight: 1 },
      { term: 'format', weight: 0.5, marker: 'boxed' },
      { term: 'length_penalty', weight: 2 },
      { term: 'repetition', weight: 1, ngram: 1 },
      { term: 'regex', weight: -0.25, pattern: 'wait' },
    ],
    100,
  );
  // L_max 100 and L_cache 20 follow from sampling.max_tokens.
  expect(reward(solved('wait wait \\boxed{12}', 85))).toEqual({
    terms: { correct: 1, format: 1, length_penalty: -0.25, repetition: -1 / 7, regex: 1 },
    total: 1 + 0.5 - 0.5 - 1 / 7 - 0.25,
  });
  expect(reward(solved('The answer is 13.', 10)).terms).toEqual({ correct: 0, format: 0, length_penalty: 0, repetition: 0, regex: 0 });
});

test('limits of the length penalty can be given', () => {
  const penalty = rewardFunction([{ term: 'length_penalty', weight: 1, max_tokens: 50, cache_tokens: 40 }], 100);
  expect([10, 30, 50, 100].map((length) => penalty(solved('12', length)).total)).toEqual([0, -0.5, -1, -1]);
});

test('a pattern that is none stops the trainer with words', () => {
  expect(() => rewardFunction([{ term: 'regex', weight: 1, pattern: '(a' }], 10)).toThrow(/"\(a" is no regular expression/);
});
