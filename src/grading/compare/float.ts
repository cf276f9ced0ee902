import type { Steps } from '../limits.js';
import { toFloat } from '../number.js';
import { isComputable, type Node } from '../parse/node.js';

/** A complex number in float64. */
export interface Complex {
  re: number;
  im: number;
}

const nan: Complex = { re: NaN, im: NaN };
const real = (re: number): Complex => ({ re, im: 0 });

/**
 * Numeric value with the variables at the given values. Without i in the expression the reals are meant: √−1 and log −1
 * have no value, odd roots of negatives do.
 * @returns NaN where there is no value, or a part is not known
 */
export function floatValue(node: Node, at: (name: string) => number, complex: boolean, steps: Steps): Complex {
  steps.spend();
  const value = (n: Node): Complex => floatValue(n, at, complex, steps);
  if (!isComputable(node)) return nan;
  switch (node.k) {
    case 'num':
    case 'based':
      return real(toFloat(node.value));
    case 'sym':
      return real(at(node.name));
    case 'const':
      return node.name === 'i' ? { re: 0, im: 1 } : real({ pi: Math.PI, e: Math.E, inf: Infinity }[node.name]);
    case 'neg':
      return times(value(node.a), real(-1));
    case 'add':
      return node.args.map(value).reduce((x, y) => ({ re: x.re + y.re, im: x.im + y.im }));
    case 'mul':
      return node.args.map(value).reduce(times);
    case 'div':
      return over(value(node.a), value(node.b));
    case 'percent':
      return times(value(node.a), real(0.01));
    case 'degree':
      return times(value(node.a), real(Math.PI / 180));
    case 'unit':
      return value(node.a);
    case 'pow':
      return power(value(node.a), value(node.b), node.b, complex);
    case 'call':
      return called(node.fn, node.args, node.args.map(value), complex);
  }
}

const times = (a: Complex, b: Complex): Complex =>
  a.im === 0 && b.im === 0 ? real(a.re * b.re) : { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };

function over(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return b.re === 0 ? nan : real(a.re / b.re);
  const d = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / d, im: (a.im * b.re - a.re * b.im) / d };
}

function power(a: Complex, b: Complex, exponent: Node, complex: boolean): Complex {
  if (a.im === 0 && b.im === 0) {
    if (a.re >= 0 || Number.isInteger(b.re)) return real(a.re ** b.re);
    const thirds = exponent.k === 'div' && exponent.b.k === 'num' && exponent.b.value.numerator % 2n === 1n;
    if (!complex && thirds && exponent.a.k === 'num')
      return real((exponent.a.value.numerator % 2n === 0n ? 1 : -1) * Math.abs(a.re) ** b.re);
    if (!complex) return nan;
  }
  if (a.re === 0 && a.im === 0) return real(0);
  if (b.im === 0 && Number.isInteger(b.re) && Math.abs(b.re) <= 16) {
    let result = real(1);
    for (let i = 0; i < Math.abs(b.re); i++) result = times(result, a);
    return b.re < 0 ? over(real(1), result) : result;
  }
  const log = { re: Math.log(Math.hypot(a.re, a.im)), im: Math.atan2(a.im, a.re) };
  const { re, im } = times(log, b);
  return { re: Math.exp(re) * Math.cos(im), im: Math.exp(re) * Math.sin(im) };
}

const functions = new Map<string, (x: number) => number>(Object.entries({
  sin: Math.sin, cos: Math.cos, tan: Math.tan, cot: (x) => 1 / Math.tan(x), sec: (x) => 1 / Math.cos(x), csc: (x) => 1 / Math.sin(x),
  arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan, arccot: (x) => Math.PI / 2 - Math.atan(x), arcsec: (x) => Math.acos(1 / x), arccsc: (x) => Math.asin(1 / x),
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh, ln: Math.log, lg: Math.log10, floor: Math.floor, ceil: Math.ceil, sgn: Math.sign, sign: Math.sign,
})); // prettier-ignore

function called(fn: string, args: readonly Node[], values: readonly Complex[], complex: boolean): Complex {
  const [a, b] = values as [Complex, Complex | undefined];
  if (fn === 'abs') return real(Math.hypot(a.re, a.im));
  if (values.some((v) => v.im !== 0)) return fn === 'Re' ? real(a.re) : fn === 'Im' ? real(a.im) : nan;
  if (fn === 'log') return real(b ? Math.log(a.re) / Math.log(b.re) : Math.log10(a.re));
  if (fn === 'root' && b) {
    if (a.re >= 0) return real(a.re ** (1 / b.re));
    return b.re % 2 === 1 ? real(-(Math.abs(a.re) ** (1 / b.re))) : complex && b.re === 2 ? { re: 0, im: Math.sqrt(-a.re) } : nan;
  }
  if (fn === 'factorial' || fn === 'double factorial') return real(factorial(a.re, fn === 'factorial' ? 1 : 2));
  if (fn === 'binomial' && b) return real(factorial(a.re, 1) / factorial(b.re, 1) / factorial(a.re - b.re, 1));
  if (fn === 'max' || fn === 'min') return real(Math[fn](...values.map((v) => v.re)));
  if (/^[fghFGH]'*$/.test(fn))
    return real(values.reduce((sum, v, i) => sum + Math.sin((v.re + i) * (1.7 + fn.charCodeAt(0) / 31 + fn.length)), 0.3));
  const f = functions.get(fn);
  return f && args.length === 1 ? real(f(a.re)) : nan;
}

function factorial(n: number, step: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) return NaN;
  let value = 1;
  for (let i = n; i > 1; i -= step) value *= i;
  return value;
}
