import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTexts, encodeUtf8 } from '../../../src/core/utf8.js';

test('a text is the same on the other side, a mark at its beginning included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, marked) => {
      const whole = marked ? `\uFEFF${text}` : text;
      expect(decodeTexts({ text: encodeUtf8(whole), n: 1 })).toEqual({ text: whole, n: 1 });
    }),
  );
});

test('only an answer’s own texts are decoded: numbers stay numbers', () => {
  const rewards = Float64Array.of(1, NaN);
  expect(decodeTexts({ question: encodeUtf8('2+3'), rewards, none: null })).toEqual({ question: '2+3', rewards, none: null });
});
