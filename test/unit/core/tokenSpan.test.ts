import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenContext, tokenSpan } from '../../../src/core/tokenSpan.js';
import { tokensOf } from '../../../webview/shared/tokens.js';

test('a token stands where the solution page has it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '😀', 'é', '\n', ' '), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }), (of, lengths) => {
      let end = 0;
      const ends = lengths.map((length) => (end += length));
      const last = ends[ends.length - 1];
      for (const { index, start, end: stop } of tokensOf(of, ends))
        expect(tokenSpan(of, ends[index - 1] ?? 0, ends[index], last)).toEqual(last > 0 ? { start, end: stop } : null);
    }),
  );
});

test('what stands around it is cut between characters', () => {
  expect(tokenContext('a😀bc😀d', { start: 3, end: 4 }, { around: 1, most: 80 })).toEqual({
    before: '',
    token: 'b',
    after: 'c',
    cut: false,
  });
  expect(tokenContext('a😀bc😀d', { start: 3, end: 4 }, { around: 2, most: 80 })).toEqual({
    before: '😀',
    token: 'b',
    after: 'c😀',
    cut: false,
  });
  expect(tokenContext('abcdef', { start: 1, end: 5 }, { around: 9, most: 2 })).toEqual({ before: 'a', token: 'bc', after: 'f', cut: true });
});
