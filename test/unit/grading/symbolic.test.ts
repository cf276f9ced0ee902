import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SymbolicComparison } from '../../../src/grading/symbolic/compare.js';

const algebra = new SymbolicComparison(20_000);
const verdict = (answer: string, gold: string): string => algebra.compare(answer, gold).verdict;

describe('what is equal', () => {
  test.each([
    ['\\sin^2 x + \\cos^2 x', '1'],
    ['\\frac{x^2-1}{x-1}', 'x+1'],
    ['e^x e^y', 'e^{x+y}'],
    ['\\sqrt{x^2}', '|x|'],
    ['\\frac{1}{1+\\sqrt{2}}', '\\sqrt{2}-1'],
    ['\\sqrt{2+\\sqrt{3}}', '\\frac{\\sqrt{6}+\\sqrt{2}}{2}'],
    ['\\sum_{k=1}^{\\infty} \\frac{1}{k^2}', '\\frac{\\pi^2}{6}'],
    ['\\int_0^{\\pi} \\sin x\\, dx', '2'],
  ])('%s and %s', (a, b) => expect([verdict(a, b), verdict(b, a)]).toEqual(['equal', 'equal']));

  test('a power of a binomial and what it multiplies out to', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 2 }), (a, b, off) => {
        const expanded = `${b * b} x^2 + ${2 * a * b} x + ${a * a + off}`;
        expect(verdict(`(${b}x + ${a})^2`, expanded)).toBe(off === 0 ? 'equal' : 'different');
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is close is not accepted', () => {
  test.each([
    ['x + 10^{-90}', 'x'],
    ['x + \\frac{1}{10^{60}}', 'x'],
    ['x + e^{-1000}', 'x'],
    ['x (1 + 2^{-400})', 'x'],
    ['x + \\sin(10^{-70})', 'x'],
    ['\\sqrt{2}', '1.41421356237309504880168872420969807856967187537694807317667973799'],
    ['e^{\\pi \\sqrt{163}}', '262537412640768744'],
    ['\\sqrt{x^2}', 'x'],
    ['\\ln(x^2)', '2 \\ln x'],
    ['x^2 + C', 'x^2 + K'],
    ['\\int_0^1 x^2 dx', '0.3333333333'],
    ['f(x)', 'g(x)'],
    ['\\int_0^1 f(x) dx', 'f(1)'],
  ])('%s and %s', (a, b) => expect([verdict(a, b), verdict(b, a)]).not.toContain('equal'));
});

describe('what cannot be decided says why', () => {
  test.each([
    ['\\sum_{k=1}^{10^{12}} k', /more than 10000 terms/],
    ['\\frac{', /cannot read the answer/],
    ['x'.repeat(5_000), /longer than 4000 characters/],
  ])('%.20s', (answer, reason) => {
    const outcome = algebra.compare(answer, '7');
    expect(outcome.verdict).toBe('undecided');
    expect(outcome.reason).toMatch(reason);
  });
});
