import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arePlaced, tokenAt, tokensOf } from '../../../webview/shared/tokens.js';

const cut = (text: string, ends: number[]) => tokensOf(text, ends).map((t) => text.slice(t.start, t.end));

describe('a text cut into tokens', () => {
  test('each token is the text between two ends, special tokens are empty', () => {
    expect(cut('23 + 24', [0, 2, 4, 7, 7])).toEqual(['', '23', ' +', ' 24', '']);
  });

  test('an emoji made of several tokens is shown by the first of them', () => {
    expect(cut('a🙂b', [1, 2, 3, 4])).toEqual(['a', '🙂', '', 'b']);
  });

  test('ends that go back, beyond the text or nowhere are pulled into it', () => {
    expect(cut('abcdef', [2, 1, 4, Number.NaN, 99])).toEqual(['ab', '', 'cd', '', 'ef']);
  });

  test('whatever the ends, tokens are in order, inside the text, and no character is torn', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: -3, max: 40 })), (text, ends) => {
        let at = 0;
        for (const t of tokensOf(text, ends)) {
          expect(t.start).toBe(at);
          expect(t.end).toBeGreaterThanOrEqual(t.start);
          at = t.end;
          const torn = /^[\udc00-\udfff]/.test(text.slice(t.end)) && /[\ud800-\udbff]$/.test(text.slice(0, t.end));
          expect(torn).toBe(false);
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  test('the token at an offset is found, empty ones never', () => {
    const tokens = tokensOf('abcdef', [0, 2, 2, 5, 5]);
    expect([0, 1, 2, 4, 5, -1].map((o) => tokenAt(tokens, o))).toEqual([1, 1, 3, 3, -1, -1]);
  });

  test('tokens that all end at 0 have no place in a text', () => {
    expect([arePlaced('ab', [0, 0]), arePlaced('ab', []), arePlaced('ab', [0, 2]), arePlaced('', [0])]).toEqual([false, false, true, true]);
  });
});
