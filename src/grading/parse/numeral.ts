import { LimitError, limits } from '../limits.js';
import { multiply, power, rational, whole, type Rational } from '../number.js';
import { num, type Node } from './node.js';

/** A numeral token (digits, decimal point, exponent) as an exact number that remembers its stated decimals. */
export function numeral(s: string): Node {
  if (s.length > limits.digits + 20) throw new LimitError(`a number has more than ${limits.digits} digits`);
  const [mantissa, exponent] = s.toLowerCase().split('e') as [string, string | undefined];
  const [before, decimals = ''] = mantissa.split('.') as [string, string | undefined];
  const value = rational(BigInt(before + decimals), 10n ** BigInt(decimals.length));
  if (exponent === undefined) return num(value, decimals !== '' ? decimals.length : undefined);
  const scale = power(whole(10), BigInt(exponent));
  const places = Math.max(0, decimals.length - Number(exponent));
  return num(multiply(value, scale!), places > 0 ? places : undefined);
}

/** 0.1 with 6 repeating is 1/6. */
export function repeating(s: string, period: string): Rational {
  const decimals = s.split('.')[1] ?? '';
  const scale = 10n ** BigInt(decimals.length);
  const nines = 10n ** BigInt(period.length) - 1n;
  return rational(BigInt(s.replace('.', '')) * nines + BigInt(period), scale * nines);
}

/** Value of digits (0-9, A-Z, a point) in a base from 2 to 36. @returns undefined when a digit is too large for the base */
export function inBase(digits: string, base: number): Rational | undefined {
  if (!(base >= 2 && base <= 36) || digits.length > limits.digits / 2) return undefined;
  const [before, after = ''] = digits.split('.') as [string, string | undefined];
  let value = 0n;
  for (const c of before + after) {
    const d = parseInt(c, 36);
    if (!(d < base)) return undefined;
    value = value * BigInt(base) + BigInt(d);
  }
  return rational(value, BigInt(base) ** BigInt(after.length));
}
