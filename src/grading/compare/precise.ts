import { LimitError, type Steps } from '../limits.js';
import { integerSqrt, isInteger } from '../number.js';
import { isComputable, type Node } from '../parse/node.js';
import { rationalValue } from './rationals.js';

/** Fixed point: values are integers over 2^320, about 96 decimals. */
const bits = 320n;
const one = 1n << bits;
/** Beyond this the fixed point would lose its digits or grow without end. */
const largest = one << 200n;

/** The value cannot be computed here: no real value, a function that is not implemented, too large. */
class NoValue extends Error {}

/**
 * Whether two real constants agree to 50 significant digits.
 * @returns undefined when one of them cannot be computed so far
 */
export function agreeToFiftyDigits(a: Node, b: Node, steps: Steps): boolean | undefined {
  try {
    const [x, y] = [fixed(a, steps), fixed(b, steps)];
    const difference = magnitude(x - y);
    const size = magnitude(x) > magnitude(y) ? magnitude(x) : magnitude(y);
    if (size < one >> 120n) return undefined;
    return difference < size / 10n ** 50n;
  } catch (error) {
    if (error instanceof NoValue || error instanceof LimitError) return undefined;
    throw error;
  }
}

const magnitude = (a: bigint): bigint => (a < 0n ? -a : a);
const times = (a: bigint, b: bigint): bigint => bounded((a * b) >> bits);

function bounded(a: bigint): bigint {
  if (a > largest || a < -largest) throw new NoValue();
  return a;
}

function over(a: bigint, b: bigint): bigint {
  if (magnitude(b) < one >> 200n) throw new NoValue();
  return bounded((a << bits) / b);
}

function fixed(node: Node, steps: Steps): bigint {
  steps.spend(20);
  const value = (n: Node): bigint => fixed(n, steps);
  if (!isComputable(node) || node.k === 'sym') throw new NoValue();
  switch (node.k) {
    case 'num':
    case 'based':
      return bounded((node.value.numerator << bits) / node.value.denominator);
    case 'const':
      if (node.name === 'pi') return pi;
      if (node.name === 'e') return exp(one);
      throw new NoValue();
    case 'neg':
      return -value(node.a);
    case 'add':
      return bounded(node.args.reduce((sum, a) => sum + value(a), 0n));
    case 'mul':
      return node.args.reduce((product, a) => times(product, value(a)), one);
    case 'div':
      return over(value(node.a), value(node.b));
    case 'percent':
      return value(node.a) / 100n;
    case 'degree':
      return times(value(node.a), pi / 180n);
    case 'unit':
      return value(node.a);
    case 'pow':
      return power(node.a, node.b, steps);
    case 'call':
      return called(node.fn, node.args, value, steps);
  }
}

function power(base: Node, exponent: Node, steps: Steps): bigint {
  const n = rationalValue(exponent, steps);
  const a = fixed(base, steps);
  if (n && isInteger(n) && magnitude(n.numerator) <= 400n) {
    let result = one;
    for (let i = 0n; i < magnitude(n.numerator); i++) result = times(result, a);
    return n.numerator < 0n ? over(one, result) : result;
  }
  if (n?.denominator === 2n && n.numerator === 1n) return sqrt(a);
  if (a < 0n && n && n.denominator % 2n === 1n) return (n.numerator % 2n === 0n ? 1n : -1n) * exp(times(fixed(exponent, steps), ln(-a)));
  if (a === 0n) return 0n;
  return exp(times(fixed(exponent, steps), ln(a)));
}

function called(fn: string, args: readonly Node[], value: (n: Node) => bigint, steps: Steps): bigint {
  steps.spend(300);
  const a = value(args[0]);
  switch (fn) {
    case 'abs':
      return magnitude(a);
    case 'ln':
      return ln(a);
    case 'lg':
      return over(ln(a), ln(10n * one));
    case 'log':
      return over(ln(a), ln(args.length > 1 ? value(args[1]) : 10n * one));
    case 'root':
      return power(args[0], { k: 'div', a: { k: 'num', value: { numerator: 1n, denominator: 1n } }, b: args[1] }, steps);
    case 'sin':
      return sin(a);
    case 'cos':
      return sin(pi / 2n - a);
    case 'tan':
      return over(sin(a), sin(pi / 2n - a));
    case 'cot':
      return over(sin(pi / 2n - a), sin(a));
    case 'sec':
      return over(one, sin(pi / 2n - a));
    case 'csc':
      return over(one, sin(a));
    case 'arctan':
      return arctan(a);
    case 'arcsin':
      return arcsin(a);
    case 'arccos':
      return pi / 2n - arcsin(a);
    default:
      throw new NoValue();
  }
}

function sqrt(a: bigint): bigint {
  if (a < 0n) throw new NoValue();
  return integerSqrt(a << bits);
}

/** Taylor series of x/2⁶⁴ … squared back: few terms, fewer lost bits than the 50 digits need. */
function exp(x: bigint): bigint {
  if (magnitude(x) > 120n * one) throw new NoValue();
  const halvings = 16n;
  const small = x >> halvings;
  let [sum, term] = [one, one];
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = ((term * small) >> bits) / n;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = times(sum, sum);
  return sum;
}

/** Newton's method on exp, from the float64 logarithm. */
function ln(a: bigint): bigint {
  if (a <= 0n) throw new NoValue();
  const shift = BigInt(a.toString(2).length) - bits;
  const mantissa = shift >= 0n ? a >> shift : a << -shift;
  let y = BigInt(Math.round(Math.log(Number(mantissa >> (bits - 60n)) / 2 ** 60) * 2 ** 50)) << (bits - 50n);
  for (let i = 0; i < 4; i++) {
    const e = exp(y);
    y += 2n * over(mantissa - e, mantissa + e);
  }
  return y + shift * (shift === 0n ? 0n : ln2());
}

let ln2Value: bigint | undefined;
const ln2 = (): bigint => (ln2Value ??= -ln(one >> 1n));

function sin(x: bigint): bigint {
  const turns = (x + pi) / (2n * pi);
  let r = x - turns * 2n * pi;
  const thirds = 4n;
  r /= 3n ** thirds;
  const square = times(r, r);
  let [sum, term] = [r, r];
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = -((term * square) >> bits) / (2n * n * (2n * n + 1n));
    sum += term;
  }
  // sin 3t = 3 sin t − 4 sin³ t
  for (let i = 0n; i < thirds; i++) sum = 3n * sum - 4n * times(sum, times(sum, sum));
  return sum;
}

/** Halved until small: arctan x = 2 arctan(x / (1 + √(1 + x²))). */
function arctan(x: bigint): bigint {
  let r = x;
  const halvings = 8n;
  for (let i = 0n; i < halvings; i++) r = over(r, one + sqrt(one + times(r, r)));
  return series(r, one) << halvings;
}

function arcsin(x: bigint): bigint {
  if (magnitude(x) > one) throw new NoValue();
  if (magnitude(x) === one) return x > 0n ? pi / 2n : -pi / 2n;
  return arctan(over(x, sqrt(one - times(x, x))));
}

/** r − r³/3 + r⁵/5 − … in units of 1/scale. */
function series(r: bigint, scale: bigint): bigint {
  const square = (r * r) / scale;
  let [sum, term] = [r, r];
  for (let n = 3n; term !== 0n && term !== -1n; n += 2n) {
    term = -(term * square) / scale;
    sum += term / n;
  }
  return sum;
}

/** Machin: π = 16 arctan 1/5 − 4 arctan 1/239. */
const pi = 16n * series(one / 5n, one) - 4n * series(one / 239n, one);
