import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerBands, passK, passOf, type AnswerShare } from '../../../src/core/askings.js';

const answer = (of: string | null, count: number, correct: boolean | null = false): AnswerShare => ({ answer: of, count, correct });

describe('answers as bands', () => {
  test('right answers come first, rare ones together, those without an answer last', () => {
    const bands = answerBands(
      [
        { size: 4, correct: 0, answers: [answer('27', 2), answer('41', 1), answer(null, 1)] },
        { size: 4, correct: 3, answers: [answer('47', 3, true), answer('27', 1)] },
      ],
      2,
    );
    expect(bands).toEqual([
      { answer: '47', correct: true, shares: [0, 0.75] },
      { answer: '27', correct: false, shares: [0.5, 0.25] },
      { answer: undefined, correct: null, shares: [0.25, 0] },
      { answer: null, correct: null, shares: [0.25, 0] },
    ]);
  });

  test('where no answer was recorded there is no band', () => {
    expect(answerBands([{ size: 4, correct: 2, answers: [answer(null, 4, null)] }], 3)).toEqual([]);
  });

  test('whatever is listed of the answers, the bands of an asking add up to 1', () => {
    const asking = fc
      .array(fc.record({ answer: fc.constantFrom(null, 'a', 'b', 'c', 'd', 'e'), correct: fc.constantFrom(true, false, null) }), {
        minLength: 1,
        maxLength: 12,
      })
      .map((solutions) => {
        const counts = new Map<string | null, AnswerShare>();
        for (const s of solutions) counts.set(s.answer, { ...s, count: (counts.get(s.answer)?.count ?? 0) + 1 });
        // Of each asking only the most frequent answers are known by name.
        return { size: solutions.length, correct: 0, answers: [...counts.values()].sort((x, y) => y.count - x.count).slice(0, 3) };
      });
    fc.assert(
      fc.property(fc.array(asking, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4 }), (askings, most) => {
        const bands = answerBands(askings, most);
        if (bands.length === 0) return;
        expect(bands.filter((b) => typeof b.answer === 'string').length).toBeLessThanOrEqual(most);
        askings.forEach((_, i) => expect(bands.reduce((sum, b) => sum + b.shares[i], 0)).toBeCloseTo(1, 9));
      }),
    );
  });
});

test('Pass@K is of half of the smallest group, and unknown where nobody judged', () => {
  expect(passK([{ size: 9 }, { size: 4 }])).toBe(2);
  expect(passK([])).toBe(0);
  expect(passOf({ size: 4, correct: 1 }, 2)).toBeCloseTo(0.5);
  expect(passOf({ size: 4, correct: null }, 2)).toBeNull();
  expect(passOf({ size: 1, correct: 1 }, 0)).toBeNull();
});
