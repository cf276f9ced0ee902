import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareAnswers } from '../../../src/grading/grade.js';

const verdict = (a: string, b: string): string => compareAnswers(a, b).verdict;
const small = fc.integer({ min: -99, max: 99 });
const positive = fc.integer({ min: 2, max: 60 });

const constant = fc.oneof(
  small.map(String),
  fc.tuple(small, positive).map(([a, b]) => `\\frac{${a}}{${b}}`),
  fc.tuple(positive, positive).map(([a, b]) => `${a}\\sqrt{${b}}`),
  fc.tuple(small, positive).map(([a, b]) => `${a}+\\sqrt{${b}}`),
  positive.map((a) => `\\frac{\\pi}{${a}}`),
);
const polynomial = fc.array(small, { minLength: 2, maxLength: 5 }).map((cs) => cs.map((c, i) => `${c < 0 ? '-' : '+'}${Math.abs(c)}x^{${i}}`).join('').replace(/^\+/, '')); // prettier-ignore
const answer = fc.oneof(
  constant,
  polynomial,
  fc.array(constant, { minLength: 2, maxLength: 5 }).map((m) => `(${m.join(',')})`),
  fc.tuple(small, positive).map(([a, d]) => `\\left[${a}, ${a + d}\\right)`),
  polynomial.map((p) => `y=${p}`),
);

describe('equality', () => {
  test('is reflexive, however the answer is dressed', () => {
    const dress = fc.constantFrom<(s: string) => string>(
      (s) => s.replaceAll('\\frac', '\\dfrac'),
      (s) => s.replaceAll('\\frac', '\\tfrac '),
      (s) => s.replaceAll('+', ' + ').replaceAll(',', ' , '),
      (s) => s.replaceAll('(', '\\left(').replaceAll(')', '\\right)'),
      (s) => `$${s}$`,
      (s) => `\\(\\displaystyle ${s}\\).`,
      (s) => ` ${s}\\,`,
    );
    fc.assert(
      fc.property(answer, dress, dress, (a, f, g) => {
        expect(verdict(f(a), a)).toBe('equal');
        expect(verdict(a, g(a))).toBe('equal');
      }),
    );
  });

  test('is symmetric between values', () => {
    const value = answer.filter((a) => !a.includes('='));
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(verdict(a, b)).toBe(verdict(b, a));
      }),
    );
  });

  test('of sets does not look at order, of tuples it does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(small, { minLength: 2, maxLength: 8 }), (members) => {
        const turned = [...members].reverse();
        expect(verdict(`\\{${turned.join(',')}\\}`, `\\{${members.join(', ')}\\}`)).toBe('equal');
        expect(verdict(turned.join(', '), members.join(', '))).toBe('equal');
        expect(verdict(`(${turned.join(', ')})`, `(${members.join(', ')})`)).toBe('different');
      }),
    );
  });

  test('sees through expanding and scaling', () => {
    fc.assert(
      fc.property(small, small, positive, (a, b, k) => {
        const signed = (n: number): string => (n < 0 ? String(n) : `+${n}`);
        expect(verdict(`x^2${signed(a + b)}x${signed(a * b)}`, `(x${signed(a)})(x${signed(b)})`)).toBe('equal');
        expect(verdict(`x^2${signed(a + b)}x${signed(a * b + 1)}`, `(x${signed(a)})(x${signed(b)})`)).toBe('different');
        expect(verdict(`${k}y=${k * a}x${signed(k * b)}`, `y=${a}x${signed(b)}`)).toBe('equal');
        expect(verdict(`${-k}x<${-k * a}`, `x>${a}`)).toBe('equal');
      }),
    );
  });

  test('never takes a number for its neighbour in the last stated digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 12 }), (n, places) => {
        const write = (m: bigint): string => {
          const digits = String(m).padStart(places + 1, '0');
          return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
        };
        expect(verdict(write(n), write(n + 1n))).toBe('different');
        expect(verdict(`\\text{about } ${write(n)}`, write(n))).toBe('equal');
      }),
    );
  });

  test('of a constant and its decimals needs six right ones', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const value = a / b;
        fc.pre(!Number.isInteger(value * 1e6));
        expect(verdict(value.toFixed(6), `\\frac{${a}}{${b}}`)).toBe('equal');
        expect(verdict((value + 1e-6).toFixed(6), `\\frac{${a}}{${b}}`)).toBe('different');
      }),
    );
  });
});
