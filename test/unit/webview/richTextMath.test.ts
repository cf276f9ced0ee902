import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestFormula, mathAt } from '../../../webview/shared/richTextMath.js';

/** The formulas of a text, left to right. */
function formulas(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const span = mathAt(text, at);
    if (!span) continue;
    found.push(span.source);
    at = span.end - 1;
  }
  return found;
}

describe('formulas in running text', () => {
  test.each([
    ['so $x^2 = 4$ holds', ['x^2 = 4']],
    ['so \\(x\\) and \\[y\\] and $$z$$.', ['x', 'y', 'z']],
    ['$1{,}000$ people, $5$ groups', ['1{,}000', '5']],
    ['between $5 and $x$', ['x']],
    ['\\[\\begin{matrix}a\\\\[4pt]b\\end{matrix}\\]', ['\\begin{matrix}a\\\\[4pt]b\\end{matrix}']],
    ['a price of \\(\\$5\\)', ['\\$5']],
    ['$x \\text{ if it is so}$ and $12$.', ['x \\text{ if it is so}', '12']],
    ['$a \\$ b$', ['a \\$ b']],
    ['over\n\\[\nx\n\n= 1\n\\]', ['\nx\n\n= 1\n']],
  ])('%j', (text, expected) => expect(formulas(text)).toEqual(expected));
});

describe('dollars that are money', () => {
  test.each([
    'It costs $5 and $7.',
    'She sells 112 eggs at $2 per egg for 112 * 2 = $224 per day',
    'from $10-$20 a day',
    '16 - 3 = $<<16-3=13>>13 and she makes $26',
    'worth $5 million (now 7 M$) in total',
    'He pays $ 5 or 5 $.',
    '$5 + $3 = $8',
    'empty $$$$',
    'one $ alone',
    'up by $80,000*1.5=$<<80000*1.5=120000>>120,000',
    'worth $80,000 and the repairs cost $50,000, so $80,000+50,000=$130,000',
    'She gets 15*35=$525 and $3=$ twice',
    'a $b\n\nc$ d',
  ])('%j', (text) => expect(formulas(text)).toEqual([]));
});

test('an opening delimiter is not followed beyond the longest formula', () => {
  expect(mathAt(`\\[${'x'.repeat(longestFormula + 1)}\\]`, 0)).toBeUndefined();
  expect(mathAt(`\\[${'x'.repeat(longestFormula - 10)}\\]`, 0)?.display).toBe(true);
});

test('whatever the text, a formula lies inside it and never starts where no delimiter stands', () => {
  const piece = fc.constantFrom('$', '$$', '\\[', '\\]', '\\(', '\\)', '\\', 'x', ' ', '5', '\n', '{', '𝑥');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      for (let at = 0; at < text.length; at++) {
        const span = mathAt(text, at);
        if (!span) continue;
        expect(span.end).toBeLessThanOrEqual(text.length);
        expect(text.slice(at, span.end)).toContain(span.source);
        expect(text[at] === '$' || text[at] === '\\').toBe(true);
      }
    }),
  );
});
