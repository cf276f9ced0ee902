import { isInteger, multiply, negate, power, toFloat, whole } from '../number.js';
import { children, num, type Node } from './node.js';

export const sym = (name: string): Node => ({ k: 'sym', name });

/** Whether a factor is purely a number, so that words after it can be its unit. */
export function numeric(node: Node): boolean {
  if (node.k === 'num' || node.k === 'percent' || node.k === 'degree' || node.k === 'based') return true;
  if (node.k === 'const') return node.name === 'pi';
  const built = node.k === 'neg' || node.k === 'div' || node.k === 'pow' || node.k === 'mul' || node.k === 'add';
  return built && children(node).every(numeric);
}

export function plainLetter(s: string): Node {
  if (s === 'e' || s === 'i') return { k: 'const', name: s };
  return sym(s);
}

export function product(a: Node, b: Node): Node {
  const scientific = a.k === 'num' && b.k === 'pow' ? scaled(a, b) : undefined;
  if (scientific) return scientific;
  return a.k === 'mul' ? { k: 'mul', args: [...a.args, b] } : { k: 'mul', args: [a, b] };
}

/** 1.2 × 10⁻³ is one literal, stated to four decimals. */
export function scaled(a: Node & { k: 'num' }, { a: ten, b: exponent }: Node & { k: 'pow' }): Node | undefined {
  if (ten.k !== 'num' || ten.places !== undefined || toFloat(ten.value) !== 10 || exponent.k !== 'num' || !isInteger(exponent.value))
    return undefined;
  const n = exponent.value.numerator;
  const scale = n >= -400n && n <= 400n ? power(ten.value, n) : undefined;
  if (!scale) return undefined;
  const places = a.places === undefined ? 0 : a.places - Number(n);
  return num(multiply(a.value, scale), places > 0 ? places : undefined);
}

export const minus = (a: Node): Node => (a.k === 'num' ? { ...a, value: negate(a.value) } : { k: 'neg', a });

export function joined(left: Node | undefined, sign: string, term: Node): Node {
  if (sign === '\\pm' || sign === '\\mp') return { k: 'pm', a: left ?? num(whole(0)), b: term, down: sign === '\\mp' };
  const signed = sign === '-' ? minus(term) : term;
  if (!left) return signed;
  return left.k === 'add' ? { k: 'add', args: [...left.args, signed] } : { k: 'add', args: [left, signed] };
}

export const toFixed = (value: { numerator: bigint; denominator: bigint }, places: number): string =>
  toFloat(value).toFixed(Math.min(places, 20));
