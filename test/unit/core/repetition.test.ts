import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repetitionShare } from '../../../src/core/repetition.js';

test.each([
  ['', 3, 0],
  ['one two', 3, 0],
  ['one two three', 3, 0],
  ['a b a b', 2, 1 / 3],
  ['wait Wait WAIT wait', 1, 3 / 4],
  ['1+1=2, 1+1=2', 3, 3 / 9],
  ['我们我们我们', 2, 3 / 5],
])('%j repeats, in %i-grams, %f of itself', (text, n, share) => expect(repetitionShare(text, n)).toBeCloseTo(share, 12));

test('a text of distinct words repeats nothing, said twice it repeats about half', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 3, maxLength: 50 }), (numbers) => {
      const text = numbers.join(' ');
      expect(repetitionShare(text, 3)).toBe(0);
      const k = numbers.length;
      expect(repetitionShare(`${text} ${text}`, 3)).toBeCloseTo((k - 2) / (2 * k - 2), 12);
    }),
  );
});

test('any text has a share from 0 to below 1', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 64 }), (text, n) => {
      const share = repetitionShare(text, n);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThan(1);
    }),
  );
});
