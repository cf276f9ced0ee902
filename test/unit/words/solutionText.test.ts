import { describe, expect, test } from 'vitest';
import { endText, gradeLine, rewardSum } from '../../../src/words/solutionText.js';

const grade = {
  verdict: 'equal',
  answer: '47',
  span: null,
  extraction: 'The answer is',
  rule: 'exact integers',
  checker: 'grpo-lab 1',
} as const;

describe('reward', () => {
  test('is the weighted sum of its terms', () => {
    expect(rewardSum({ reward: 1.1, rewards: { correct: 1, format: 1 }, weights: { correct: 1, format: 0.1 } })).toEqual({
      parts: [
        { term: 'correct', value: 1, weight: 1 },
        { term: 'format', value: 1, weight: 0.1 },
      ],
      disagrees: false,
    });
  });

  test('a total that is another number is pointed out', () => {
    expect(rewardSum({ reward: 0.5, rewards: { correct: 1 }, weights: { correct: 1 } }).disagrees).toBe(true);
  });

  test('without weights or values nobody can tell', () => {
    expect(rewardSum({ reward: 0.5, rewards: { correct: 1 }, weights: {} })).toMatchObject({ parts: [{ weight: null }], disagrees: false });
    expect(rewardSum({ reward: 0.5, rewards: { correct: null }, weights: { correct: 1 } }).disagrees).toBe(false);
    // A name that every object has is no weight.
    expect(rewardSum({ reward: 1, rewards: { constructor: 1 }, weights: {} }).parts).toEqual([
      { term: 'constructor', value: 1, weight: null },
    ]);
    expect(rewardSum({ reward: null, rewards: {}, weights: {} }).disagrees).toBe(false);
  });
});

describe('grading line', () => {
  test('right', () =>
    expect(gradeLine(grade, '47', true)).toEqual({
      verdict: 'right',
      sentence: 'found “47” by “The answer is”, equal to 47 by exact integers',
    }));

  test('wrong', () =>
    expect(gradeLine({ ...grade, verdict: 'different', answer: '41' }, '47', false)?.sentence).toBe(
      'found “41” by “The answer is”, different from 47 by exact integers',
    ));

  test('no answer', () =>
    expect(gradeLine({ ...grade, verdict: 'different', answer: null, extraction: null, rule: 'no answer line' }, '47', false)).toEqual({
      verdict: 'wrong',
      sentence: 'no answer found (no answer line); gold is 47',
    }));

  test('undecided, with the reason', () => {
    const undecided = { ...grade, verdict: 'undecided', answer: 'x^x', rule: 'symbolic comparison', reason: 'it took too long' } as const;
    expect(gradeLine(undecided, '47', false)).toEqual({
      verdict: 'undecided',
      sentence: 'found “x^x” by “The answer is”, neither shown equal to nor different from 47: it took too long',
    });
  });

  test('an empty gold answer, or none, makes no half sentence', () => {
    const includes = { ...grade, rule: 'includes', extraction: null };
    expect(gradeLine(includes, '', true)?.sentence).toBe('found “47”; counted as right by includes; the gold answer is empty');
    expect(gradeLine({ ...includes, verdict: 'different' }, null, false)?.sentence).toBe(
      'found “47”; counted as wrong by includes; no gold answer is recorded',
    );
    expect(gradeLine({ ...includes, answer: null, rule: 'a scorer' }, '', true)?.sentence).toBe(
      'no answer found; counted as right by a scorer; the gold answer is empty',
    );
    expect(gradeLine({ ...includes, rule: '' }, '47', true)?.sentence).toBe('found “47”, equal to 47');
  });

  test('an endless answer is cut', () =>
    expect(gradeLine({ ...grade, answer: '9'.repeat(5000) }, '47', true)!.sentence.length).toBeLessThan(200));

  test('judged by the trainer alone, or by nobody', () => {
    expect(gradeLine(null, '47', false)?.verdict).toBe('wrong');
    expect(gradeLine(null, '47', null)).toBeUndefined();
  });
});

describe('the end', () => {
  test('is told in words, and what is not recorded is said so', () => {
    expect(endText({ tokens: 61, finish: 'stop' })).toBe('61 tokens, stopped');
    expect(endText({ tokens: 61, finish: 'length' })).toBe('61 tokens, cut at the token limit');
    expect(endText({ tokens: 61, finish: 'other' })).toBe('61 tokens, end not recorded');
    expect(endText({ tokens: 0, finish: 'other' })).toBe('length and end not recorded');
    expect(endText({ tokens: 0, finish: 'length' })).toBe('length unknown, cut at the token limit');
  });
});
