import { limits, SizeError } from './limits.js';

/** An exact rational in lowest terms, denominator positive. */
export interface Rational {
  numerator: bigint;
  denominator: bigint;
}

const integer = /^[+-]?\d+$/;
const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const decimal = /^[+-]?(?:\d+\.\d*|\.\d+)$/;
const fraction = /^([+-]?\d+)\s*\/\s*(\d+)$/;

/**
 * The value of one numeral: integer, decimal, fraction a/b, thousands separated by commas (groups of exactly three).
 * @returns undefined when the text is anything else, also when it only begins like a number
 */
export function parseRational(text: string): Rational | undefined {
  if (text.length > limits.digits) return undefined;
  const plain = grouped.test(text) ? text.replaceAll(',', '') : text;
  if (integer.test(plain)) return whole(BigInt(plain.replace('+', '')));
  if (decimal.test(plain)) {
    const [before = '', decimals = ''] = plain.replace('+', '').split('.');
    return rational(BigInt(before + decimals), 10n ** BigInt(decimals.length));
  }
  const parts = fraction.exec(plain);
  if (!parts) return undefined;
  const denominator = BigInt(parts[2]);
  return denominator === 0n ? undefined : rational(BigInt(parts[1].replace('+', '')), denominator);
}

export const whole = (n: bigint | number): Rational => ({ numerator: BigInt(n), denominator: 1n });

export const equalRationals = (a: Rational, b: Rational): boolean => a.numerator === b.numerator && a.denominator === b.denominator;

export const isInteger = (r: Rational): boolean => r.denominator === 1n;

/** @throws LimitError when the result has too many digits to be worth the work */
export function rational(numerator: bigint, denominator: bigint): Rational {
  if (denominator === 1n) return { numerator: bounded(numerator), denominator };
  const d = gcd(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: bounded(numerator / d), denominator: bounded(denominator / d) };
}

export const add = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

export const multiply = (a: Rational, b: Rational): Rational => rational(a.numerator * b.numerator, a.denominator * b.denominator);

export const negate = (a: Rational): Rational => ({ numerator: -a.numerator, denominator: a.denominator });

/** @returns undefined for division by zero */
export const divide = (a: Rational, b: Rational): Rational | undefined =>
  b.numerator === 0n ? undefined : rational(a.numerator * b.denominator, a.denominator * b.numerator);

/**
 * aⁿ. @returns undefined for 0 to a negative power
 * @throws LimitError when the result would be too large, before computing it
 */
export function power(a: Rational, n: bigint): Rational | undefined {
  if (n < 0n) return a.numerator === 0n ? undefined : power(rational(a.denominator, a.numerator), -n);
  const bits = BigInt(Math.max(bitLength(a.numerator), bitLength(a.denominator)));
  const trivial = a.denominator === 1n && a.numerator >= -1n && a.numerator <= 1n;
  if (trivial) return whole(n === 0n ? 1n : a.numerator === -1n && n % 2n === 0n ? 1n : a.numerator);
  if (bits * n > BigInt(limits.bits)) throw new SizeError('a power is too large');
  return { numerator: a.numerator ** n, denominator: a.denominator ** n };
}

/** Sign of a − b: −1, 0 or 1. */
export function order(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The nearest float64, also where numerator or denominator alone would overflow. */
export function toFloat(r: Rational): number {
  const n = Number(r.numerator);
  const d = Number(r.denominator);
  if (Number.isFinite(n) && Number.isFinite(d)) return n / d;
  const shift = bitLength(r.numerator) - bitLength(r.denominator) - 64;
  const scaled = shift >= 0 ? r.numerator / (r.denominator << BigInt(shift)) : (r.numerator << BigInt(-shift)) / r.denominator;
  return Number(scaled) * 2 ** shift;
}

export const absolute = (n: bigint): bigint => (n < 0n ? -n : n);

export const bitLength = (n: bigint): number => absolute(n).toString(16).length * 4;

export function gcd(a: bigint, b: bigint): bigint {
  [a, b] = [absolute(a), absolute(b)];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** ⌊√n⌋ for n ≥ 0, by Newton's method. */
export function integerSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

function bounded(n: bigint): bigint {
  // toString is linear only for small numbers: compare instead.
  if (n > largest || n < -largest) throw new SizeError('a number has too many digits');
  return n;
}

const largest = 1n << BigInt(limits.bits);
