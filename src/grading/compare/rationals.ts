import { LimitError, limits, SizeError, type Steps } from '../limits.js';
import {
  add,
  absolute,
  bitLength,
  divide,
  gcd,
  integerSqrt,
  isInteger,
  multiply,
  negate,
  order,
  power,
  rational,
  toFloat,
  whole,
  type Rational,
} from '../number.js';
import { isComputable, type Node } from '../parse/node.js';

/**
 * The exact value of an expression whose every part is rational.
 * @returns undefined when some part is not (a variable, a root, π), or it divides by zero
 * @throws LimitError when a power, factorial or number is too large
 */
export function rationalValue(node: Node, steps: Steps): Rational | undefined {
  const value = computed(node, (n) => rationalValue(n, steps), steps);
  steps.spend(value && value.numerator > large ? 200 : 1);
  return value;
}

/** Above this, arithmetic costs more than a step. */
const large = 1n << 512n;

/** The same, but nothing for numbers too large to be written out. */
export function smallRationalValue(node: Node, steps: Steps): Rational | undefined {
  try {
    return rationalValue(node, steps);
  } catch (error) {
    if (error instanceof SizeError) return undefined;
    throw error;
  }
}

function computed(node: Node, value: (n: Node) => Rational | undefined, steps: Steps): Rational | undefined {
  if (!isComputable(node)) return undefined;
  switch (node.k) {
    case 'num':
    case 'based':
      return node.value;
    case 'neg': {
      const a = value(node.a);
      return a && negate(a);
    }
    case 'percent': {
      const a = value(node.a);
      return a && multiply(a, rational(1n, 100n));
    }
    case 'add':
    case 'mul': {
      let total = whole(node.k === 'add' ? 0 : 1);
      for (const arg of node.args) {
        const a = value(arg);
        if (!a) return undefined;
        total = node.k === 'add' ? add(total, a) : multiply(total, a);
      }
      return total;
    }
    case 'div': {
      const [a, b] = [value(node.a), value(node.b)];
      return a && b && divide(a, b);
    }
    case 'pow': {
      const b = value(node.b);
      const a = b && value(node.a);
      return a && rationalPower(a, b);
    }
    case 'call':
      return called(node.fn, node.args, value, steps);
    case 'sym':
    case 'const':
    case 'degree':
    case 'unit':
      return undefined;
  }
}

/** aᵇ when it is rational: b whole, or a a perfect power. */
function rationalPower(a: Rational, b: Rational): Rational | undefined {
  if (isInteger(b)) return power(a, b.numerator);
  const n = b.denominator;
  if (n > 64n) return undefined;
  const [top, bottom] = [exactRoot(a.numerator, Number(n)), exactRoot(a.denominator, Number(n))];
  return top === undefined || bottom === undefined ? undefined : power(rational(top, bottom), b.numerator);
}

/** The n-th root of an integer when it is one; of a negative number only for odd n. */
export function exactRoot(a: bigint, n: number): bigint | undefined {
  if (a < 0n) {
    const root = n % 2 === 1 ? exactRoot(-a, n) : undefined;
    return root === undefined ? undefined : -root;
  }
  if (n === 2) {
    const root = integerSqrt(a);
    return root * root === a ? root : undefined;
  }
  const near = BigInt(Math.round(toFloat(whole(a)) ** (1 / n) || 0));
  for (const root of [near - 1n, near, near + 1n]) if (root >= 0n && root ** BigInt(n) === a) return root;
  return undefined;
}

function called(fn: string, args: Node[], value: (n: Node) => Rational | undefined, steps: Steps): Rational | undefined {
  if (!rationalFunctions.has(fn)) return undefined;
  const values: Rational[] = [];
  for (const arg of args) {
    const v = value(arg);
    if (!v) return undefined;
    values.push(v);
  }
  const [a, b] = values as [Rational, Rational | undefined];
  const integers = values.every(isInteger) ? values.map((v) => v.numerator) : undefined;
  switch (fn) {
    case 'abs':
      return { ...a, numerator: absolute(a.numerator) };
    case 'floor':
      return whole(floor(a));
    case 'ceil':
      return whole(-floor(negate(a)));
    case 'max':
      return values.reduce((x, y) => (order(x, y) < 0 ? y : x));
    case 'min':
      return values.reduce((x, y) => (order(x, y) > 0 ? y : x));
    case 'gcd':
      return integers && whole(integers.reduce(gcd));
    case 'lcm':
      return integers?.every((n) => n !== 0n)
        ? integers.map(whole).reduce((x, y) => rational(absolute(x.numerator * y.numerator), gcd(x.numerator, y.numerator)))
        : undefined;
    case 'root':
      return b && isInteger(b) && b.numerator > 0n ? rationalPower(a, rational(1n, b.numerator)) : undefined;
    case 'factorial':
      return integers && whole(product(1n, integers[0], 1n, steps));
    case 'double factorial':
      return integers && whole(product(integers[0] % 2n === 0n ? 2n : 1n, integers[0], 2n, steps));
    case 'binomial':
      return integers && binomial(integers[0], integers[1], steps);
    case 'log':
      return b ? exactLog(a, b) : exactLog(a, whole(10));
    case 'lg':
      return exactLog(a, whole(10));
    default:
      return undefined;
  }
}

const rationalFunctions = new Set([
  'abs',
  'floor',
  'ceil',
  'max',
  'min',
  'gcd',
  'lcm',
  'root',
  'factorial',
  'double factorial',
  'binomial',
  'log',
  'lg',
]);

export function floor(a: Rational): bigint {
  const q = a.numerator / a.denominator;
  return a.numerator < 0n && a.numerator % a.denominator !== 0n ? q - 1n : q;
}

/** from · (from + step) · … up to `to`, multiplied in halves so that the factors stay of like size. */
function product(from: bigint, to: bigint, step: bigint, steps: Steps): bigint {
  if (to < 0n) throw new LimitError('the factorial of a negative number');
  if (to > BigInt(limits.factorial)) throw new LimitError(`a factorial beyond ${limits.factorial}!`);
  if (to > 600n) throw new SizeError('a factorial is too large');
  const factors: bigint[] = [];
  for (let n = from; n <= to; n += step) factors.push(n);
  steps.spend(factors.length * 2);
  const times = (a: number, b: number): bigint =>
    b - a < 1 ? 1n : b - a === 1 ? factors[a] : times(a, (a + b) >> 1) * times((a + b) >> 1, b);
  return times(0, factors.length);
}

function binomial(n: bigint, k: bigint, steps: Steps): Rational {
  if (n < 0n || k < 0n || k > n) return whole(0);
  const few = k < n - k ? k : n - k;
  if (few * BigInt(bitLength(n)) > BigInt(limits.bits) * 4n) throw new SizeError('a binomial coefficient too large');
  if (few > BigInt(limits.factorial) || n > 10n ** 12n) throw new LimitError('a binomial coefficient too large');
  steps.spend(Number(few) * 4);
  let value = 1n;
  for (let i = 1n; i <= few; i++) value = (value * (n - few + i)) / i;
  return whole(value);
}

/** k with bᵏ = a, for whole k up to 4096 and its halves and thirds are left to the numeric comparison. */
function exactLog(a: Rational, b: Rational): Rational | undefined {
  if (a.numerator <= 0n || b.numerator <= 0n) return undefined;
  const k = Math.round(Math.log(toFloat(a)) / Math.log(toFloat(b)));
  if (!Number.isFinite(k) || Math.abs(k) > 4096) return undefined;
  const reached = power(b, BigInt(k));
  return reached && order(reached, a) === 0 ? whole(k) : undefined;
}
