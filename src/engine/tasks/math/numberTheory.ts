import { factors, frac, gcd, times } from './latex.js';
import type { Kind, Subject } from './problem.js';

const remainder: Kind = {
  kind: 'remainder',
  pose(r) {
    const [a, b] = [r.integer(20, 99), r.integer(3, 9)];
    return {
      question: `What is the remainder when $${a}$ is divided by $${b}$?`,
      steps: `$${a}=${Math.floor(a / b)}${times}${b}+${a % b}$.`,
      answer: String(a % b),
    };
  },
};

/** Euclid's divisions, larger number first. */
function divisions(a: number, b: number): string[] {
  const lines = [];
  for (let [x, y] = [Math.max(a, b), Math.min(a, b)]; y > 0; [x, y] = [y, x % y])
    lines.push(`$${x}=${Math.floor(x / y)}${times}${y}+${x % y}$`);
  return lines;
}

const greatestDivisor: Kind = {
  kind: 'greatest common divisor',
  pose(r) {
    const common = r.integer(2, 15);
    const [a, b] = [common * r.integer(2, 9), common * r.integer(2, 9)];
    return {
      question: `What is the greatest common divisor of $${a}$ and $${b}$?`,
      steps: `${divisions(a, b).join(', ')}.`,
      answer: String(gcd(a, b)),
    };
  },
};

const leastMultiple: Kind = {
  kind: 'least common multiple',
  pose(r) {
    const common = r.integer(2, 9);
    const [a, b] = [common * r.integer(2, 9), common * r.integer(2, 9)];
    const [divisor, multiple] = [gcd(a, b), (a * b) / gcd(a, b)];
    return {
      question: `What is the least common multiple of $${a}$ and $${b}$?`,
      steps: `Their greatest common divisor is $${divisor}$, and $${frac(a, divisor)}${times}${b}=${a / divisor}${times}${b}=${multiple}$.`,
      answer: String(multiple),
    };
  },
};

const power: Kind = {
  kind: 'remainder of a power',
  pose(r) {
    const [base, exponent] = [r.integer(2, 9), r.integer(3, 7)];
    const modulus = r.integer(base + 1, 13);
    let rest = base;
    const lines = [];
    for (let e = 2; e <= exponent; e++) {
      lines.push(`$${base}^${e}\\equiv ${rest}${times}${base}=${rest * base}\\equiv ${(rest * base) % modulus}$`);
      rest = (rest * base) % modulus;
    }
    return {
      question: `What is the remainder when $${base}^${exponent}$ is divided by $${modulus}$?`,
      steps: `${lines.join(', ')}.`,
      answer: String(rest),
    };
  },
};

const divisors: Kind = {
  kind: 'number of divisors',
  pose(r) {
    const n = 2 ** r.integer(0, 4) * 3 ** r.integer(0, 2) * r.pick([4, 5, 6, 7, 11, 13, 25]) * r.pick([1, 2, 17]);
    const parts = factors(n);
    const count = parts.reduce((product, [, e]) => product * (e + 1), 1);
    const written = parts.map(([p, e]) => (e === 1 ? String(p) : `${p}^${e}`)).join(times);
    const product = parts.map(([, e]) => `(${e}+1)`).join('');
    return {
      question: `How many positive divisors does $${n}$ have?`,
      steps: `$${n}=${written}$, and $${product}=${parts.length > 1 ? `${parts.map(([, e]) => e + 1).join(times)}=` : ''}${count}$.`,
      answer: String(count),
    };
  },
};

export const numberTheory: Subject = {
  type: 'Number Theory',
  levels: { 1: [remainder], 2: [greatestDivisor], 3: [leastMultiple], 4: [power], 5: [divisors] },
};
