/** An exact rational in lowest terms, denominator positive. */
export interface Rational {
  numerator: bigint;
  denominator: bigint;
}

/** Longer numerals are not worth the work: nobody's answer has 500 digits. */
const longest = 500;

const integer = /^[+-]?\d+$/;
const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const decimal = /^[+-]?(?:\d+\.\d*|\.\d+)$/;
const fraction = /^([+-]?\d+)\s*\/\s*(\d+)$/;

/**
 * The value of one numeral: integer, decimal, fraction a/b, thousands separated by commas (groups of exactly three).
 * @returns undefined when the text is anything else, also when it only begins like a number
 */
export function parseRational(text: string): Rational | undefined {
  if (text.length > longest) return undefined;
  const plain = grouped.test(text) ? text.replaceAll(',', '') : text;
  if (integer.test(plain)) return rational(BigInt(plain.replace('+', '')), 1n);
  if (decimal.test(plain)) {
    const [whole = '', decimals = ''] = plain.replace('+', '').split('.');
    return rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
  }
  const parts = fraction.exec(plain);
  if (!parts) return undefined;
  const denominator = BigInt(parts[2]);
  return denominator === 0n ? undefined : rational(BigInt(parts[1].replace('+', '')), denominator);
}

export const equalRationals = (a: Rational, b: Rational): boolean => a.numerator === b.numerator && a.denominator === b.denominator;

export const isInteger = (r: Rational): boolean => r.denominator === 1n;

function rational(numerator: bigint, denominator: bigint): Rational {
  const d = gcd(numerator < 0n ? -numerator : numerator, denominator);
  return { numerator: numerator / d, denominator: denominator / d };
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
