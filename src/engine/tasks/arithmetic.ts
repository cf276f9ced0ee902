import type { Random } from '../random.js';
import { worked, type Level, type TaskGenerator } from './task.js';

/** Draws an expression whose value, and every line on the way to it, is a natural number. */
interface Kind {
  kind: string;
  expression: (r: Random) => string;
}

const sign = (r: Random): string => (r.next() < 0.5 ? '+' : '-');

const chain: Kind = {
  kind: 'chain',
  expression: (r) => `${r.integer(20, 89)}${sign(r)}${r.integer(2, 9)}${sign(r)}${r.integer(2, 9)}`,
};

const sum: Kind = { kind: 'sum', expression: (r) => `${r.integer(11, 99)}+${r.integer(11, 99)}` };

const difference: Kind = {
  kind: 'difference',
  expression: (r) => {
    const low = r.integer(11, 89);
    return `${r.integer(low + 1, 99)}-${low}`;
  },
};

const tableProduct: Kind = { kind: 'table product', expression: (r) => `${r.integer(2, 9)}*${r.integer(2, 9)}+${r.integer(11, 99)}` };

const product: Kind = { kind: 'product', expression: (r) => `${r.integer(11, 99)}*${r.integer(2, 9)}` };

const threeTerms: Kind = {
  kind: 'three terms',
  expression: (r) => {
    const [a, b] = [r.integer(11, 99), r.integer(11, 99)];
    return `${a}+${b}-${r.integer(2, Math.min(99, a + b - 1))}`;
  },
};

const sumOfProduct: Kind = { kind: 'sum and product', expression: (r) => `${r.integer(11, 99)}+${r.integer(11, 49)}*${r.integer(2, 9)}` };

const bracket: Kind = { kind: 'bracket', expression: (r) => `(${r.integer(11, 59)}+${r.integer(11, 39)})*${r.integer(2, 9)}` };

const twoProducts: Kind = {
  kind: 'two products',
  expression: (r) => `${r.integer(11, 49)}*${r.integer(2, 9)}+${r.integer(11, 49)}*${r.integer(2, 9)}`,
};

const longProduct: Kind = { kind: 'long product', expression: (r) => `${r.integer(11, 99)}*${r.integer(11, 99)}` };

const levels: Record<Level, readonly Kind[]> = {
  1: [sum],
  2: [difference, chain],
  3: [product, tableProduct],
  4: [threeTerms, sumOfProduct],
  5: [bracket, twoProducts, longProduct],
};

/** Bare expressions, from two-digit sums (level 1) to two-digit products (level 5). */
export const arithmetic: TaskGenerator = (level, random) => {
  const { kind, expression } = random.pick(levels[level]);
  const sum = expression(random);
  return { question: `${sum}=?`, level, kind, ...worked(sum) };
};
