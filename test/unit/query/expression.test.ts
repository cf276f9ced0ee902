import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileExpression, requiredText } from '../../../src/query/expression.js';
import { wordsOf, wordsPattern } from '../../../src/query/words.js';

test('the text that must stand there is found where it is sure', () => {
  expect(requiredText('let me check')).toBe('let me check');
  expect(requiredText('\\bwait\\b')).toBe('wait');
  expect(requiredText('[Ww]ait, (no|yes)')).toBe('ait, ');
  expect(requiredText('wait, no|wait, yes')).toBeUndefined();
  expect(requiredText('(?P<who>I|we) have \\d+ left')).toBe(' have ');
  expect(requiredText('[Ww]ait, no+')).toBe('ait, no');
  expect(requiredText('colou?r of (the )?sky')).toBe('r of ');
  expect(requiredText('(optional)?abc')).toBe('abc');
  expect(requiredText('(\\boptional)?ab')).toBe('ab');
  expect(requiredText('[^]abc]xy')).toBe('xy');
  expect(requiredText('[[:alpha:]]xy')).toBeUndefined();
  expect(requiredText('(?i)wait')).toBeUndefined();
  expect(requiredText('a{2,3}\\.b')).toBe('.b');
  expect(requiredText('\\d+')).toBeUndefined();
});

const part = fc.constantFrom(
  'a',
  'b',
  'ab',
  'a?',
  'b*',
  '[ab]',
  '[^]a]',
  '(ab)',
  '(a\\b)?',
  '(?:b)',
  '\\.',
  '.',
  'a{2}',
  'b{0,1}',
  '^',
  '$',
  'a|b',
  '\\bb',
  'a+',
  '(a|bb)',
  '(?:ab|b)?',
  '(?P<n>a|b)',
  '\\w',
  '\\W*',
);
test('whatever an expression matches has the text that it requires', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.stringMatching(/^[ab.\]]{0,12}$/), (parts, text) => {
      const source = parts.join('');
      const compiled = compileExpression(source, '');
      const required = requiredText(source);
      if ('expression' in compiled && required !== undefined && compiled.expression.test(text)) expect(text).toContain(required);
    }),
    { numRuns: 3000 },
  );
});

const found = (words: string, text: string): string[] => [...text.matchAll(wordsPattern(wordsOf(words)))].map(([match]) => match);

test('words are found behind each other, whatever stands between, and only whole', () => {
  expect(found('let me check', 'So: LET me\n"check". Let me checking, let us me check')).toEqual(['LET me\n"check']);
  expect(found('wait', 'wait, waiting, await, Wait')).toEqual(['wait', 'Wait']);
  expect(found('42', '4.42 and 421')).toEqual(['42']);
  expect(found('naïve', 'Naïve naive')).toEqual(['Naïve']);
  expect(found('ждать', 'Надо Ждать.')).toEqual(['Ждать']);
});
