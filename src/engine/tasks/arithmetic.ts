import type { Random } from '../random.js';
import { add, multiply, subtract, worked, type Level, type Task, type TaskGenerator, type Worked } from './task.js';

type Maker = (random: Random) => { kind: string; question: string; steps: Worked[] };

/** Two small steps from a two-digit number. */
const chain: Maker = (r) => {
  const a = r.integer(11, 89);
  const steps: Worked[] = [];
  let [expression, value] = [String(a), a];
  for (let i = 0; i < 2; i++) {
    const b = r.integer(2, 9);
    const plus = r.next() < 0.5;
    const step = plus ? add(value, b) : subtract(value, b);
    expression += `${plus ? '+' : '-'}${b}`;
    steps.push(step);
    value = step.value;
  }
  return { kind: 'chain', question: `${expression}=?`, steps };
};

const tableProduct: Maker = (r) => {
  const [a, b, c] = [r.integer(2, 9), r.integer(2, 9), r.integer(11, 99)];
  const first = multiply(a, b);
  return { kind: 'table product', question: `${a}*${b}+${c}=?`, steps: [first, add(first.value, c)] };
};

const sum: Maker = (r) => {
  const [a, b] = [r.integer(11, 99), r.integer(11, 99)];
  return { kind: 'sum', question: `${a}+${b}=?`, steps: [add(a, b)] };
};

const difference: Maker = (r) => {
  const [a, b] = [r.integer(21, 99), r.integer(11, 99)];
  const [high, low] = a > b ? [a, b] : [b, a];
  return { kind: 'difference', question: `${high}-${low}=?`, steps: [subtract(high, low)] };
};

const product: Maker = (r) => {
  const [a, b] = [r.integer(11, 99), r.integer(2, 9)];
  return { kind: 'product', question: `${a}*${b}=?`, steps: [multiply(a, b)] };
};

const threeTerms: Maker = (r) => {
  const [a, b] = [r.integer(11, 99), r.integer(11, 99)];
  const c = r.integer(2, a + b - 1 > 99 ? 99 : a + b - 1);
  const first = add(a, b);
  return { kind: 'three terms', question: `${a}+${b}-${c}=?`, steps: [first, subtract(first.value, c)] };
};

const sumOfProduct: Maker = (r) => {
  const [a, b, c] = [r.integer(11, 99), r.integer(11, 49), r.integer(2, 9)];
  const first = multiply(b, c);
  return { kind: 'sum and product', question: `${a}+${b}*${c}=?`, steps: [first, add(a, first.value)] };
};

const bracket: Maker = (r) => {
  const [a, b, c] = [r.integer(11, 59), r.integer(11, 39), r.integer(2, 9)];
  const first = add(a, b);
  return { kind: 'bracket', question: `(${a}+${b})*${c}=?`, steps: [first, byTens(first.value, c)] };
};

const twoProducts: Maker = (r) => {
  const [a, b, c, d] = [r.integer(11, 49), r.integer(2, 9), r.integer(11, 49), r.integer(2, 9)];
  const [first, second] = [multiply(a, b), multiply(c, d)];
  return { kind: 'two products', question: `${a}*${b}+${c}*${d}=?`, steps: [first, second, add(first.value, second.value)] };
};

const twoDigitProduct: Maker = (r) => {
  const [a, b] = [r.integer(11, 99), r.integer(11, 99)];
  const ones = b % 10;
  if (ones === 0) return { kind: 'long product', question: `${a}*${b}=?`, steps: [multiply(a, b)] };
  const [tens, rest] = [multiply(a, b - ones), multiply(a, ones)];
  return { kind: 'long product', question: `${a}*${b}=?`, steps: [tens, rest, add(tens.value, rest.value)] };
};

/** Hundreds, tens and ones apart, where `multiply` would leave a two-digit head. */
function byTens(a: number, b: number): Worked {
  if (a < 100) return multiply(a, b);
  const parts = [Math.floor(a / 100) * 100, Math.floor((a % 100) / 10) * 10, a % 10].filter((p) => p > 0).map((p) => p * b);
  return { text: `${a}*${b}=${parts.join('+')}=${a * b}`, value: a * b };
}

const levels: Record<Level, readonly Maker[]> = {
  1: [chain],
  2: [sum, difference, tableProduct],
  3: [product, threeTerms],
  4: [sumOfProduct, bracket],
  5: [twoProducts, twoDigitProduct],
};

/** Bare expressions, from two small steps (level 1) to two-digit products (level 5). */
export const arithmetic: TaskGenerator = (level, random): Task => {
  const { kind, question, steps } = random.pick(levels[level])(random);
  return { question, level, kind, ...worked(steps) };
};
