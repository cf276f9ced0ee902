import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradeSolution } from '../../../src/grading/grade.js';
import { correctReward } from '../../../src/grading/rewards/correct.js';
import { formatReward } from '../../../src/grading/rewards/formatReward.js';
import { compilePattern } from '../../../src/grading/rewards/pattern.js';

test('only an equal answer is correct', () => {
  expect((['equal', 'different', 'undecided'] as const).map((verdict) => correctReward({ verdict }))).toEqual([1, 0, 0]);
});

test.each([
  ['The answer is 5.', 'answer is', 1],
  ['so 5', 'answer is', 0],
  ['\\boxed{5}', 'boxed', 1],
  ['$\\boxed{1}$ and $\\boxed{2}$', 'boxed', 1],
  ['\\boxed{5', 'boxed', 0],
  ['#### 5', '####', 1],
  ['<answer>5</answer>', 'answer tag', 1],
  ['答案是5。', 'chinese', 1],
  ['', 'boxed', 0],
] as const)('%j as "%s" earns %i', (text, marker, earned) => expect(formatReward(gradeSolution(text, '5'), marker)).toBe(earned));

/** Whether the pattern is found; fails on a pattern that is none. */
function found(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  if ('problem' in compiled) throw new Error(compiled.problem);
  return compiled.matches(text);
}

describe('a pattern', () => {
  test.each([
    ['(?i)step \\d+', 'First STEP 2', true],
    ['^<think>', 'x<think>', false],
    ['(?m)^#### -?\\d+$', 'so\n#### 12\n', true],
    ['\\p{Han}', '答案', true],
    ['a.c', 'a\ud800c', true],
  ])('%s in %j: %s', (pattern, text, expected) => expect(found(pattern, text)).toBe(expected));

  test.each([
    ['(a', /missing closing \)/],
    ['[z-a]', /range/],
    ['(?=a)b', /\(\?=/],
    ['(a)\\1', /\\1/],
    ['a{1000}{1000}', /./],
    ['(((a{9}){9}){9}){9}', /./],
    ['a{900}b{900}c{900}', /too large/],
  ])('%s is none, and the problem is named', (pattern, problem) => {
    const compiled = compilePattern(pattern);
    expect('problem' in compiled && compiled.problem).toMatch(problem);
  });

  test.each(['(a+)+b', '(a|aa)+$', '(a*)*c', '(?:a?){400}a{400}b', '([a-z]+)*[0-9]'])('%s, catastrophic elsewhere, ends', (pattern) => {
    expect(found(pattern, 'a'.repeat(1_000_000) + '!')).toBe(false);
  });

  test('any text as a pattern either compiles or is a problem in words', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '*',
      '+',
      '?',
      '|',
      '\\',
      'a',
      '9',
      ',',
      '^',
      '$',
      '.',
      ':',
      '=',
      '<',
      'P',
      'p',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 30 }), fc.string(), (parts, text) => {
        const compiled = compilePattern(parts.join(''));
        if ('problem' in compiled) expect(compiled.problem).not.toBe('');
        else expect(typeof compiled.matches(text)).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});
