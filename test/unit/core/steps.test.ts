import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepBoundaries } from '../../../src/core/stepBoundaries.js';

/** As it was said first: slow, for each end looks at all that follows. */
function plainly(text: string): number[] {
  const ends = [...text.matchAll(/\n+|=|[.!?](?=\s)|[。！？]/g)].map((m) => m.index + m[0].length);
  return text === '' ? [] : [...new Set([...ends.filter((end) => text.slice(end).trim() !== ''), text.length])];
}

test('steps end where lines, sentences and links of a chain end', () => {
  expect(stepBoundaries('70+13=83. The answer is 83.')).toEqual([6, 9, 27]);
  expect(stepBoundaries('a\n\nb\n \n')).toEqual([3, 7]);
});

test('they end where looking at all that follows each end says', () => {
  const piece = fc.constantFrom('a', '=', '. ', '.', '\n', '\n\n', ' ', '\t', '\u00a0', '\u2003', '\ufeff', '。', '！', '? ', '\r', '😀');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(stepBoundaries(pieces.join(''))).toEqual(plainly(pieces.join('')));
    }),
    { numRuns: 500 },
  );
});

test('each character is looked at a few times, however many ends there are', () => {
  const text = '='.repeat(200_000);
  expect(stepBoundaries(text)).toHaveLength(text.length);
});
