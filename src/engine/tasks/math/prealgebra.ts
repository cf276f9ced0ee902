import { frac, gcd, reduced, reducing, times } from './latex.js';
import type { Kind, Subject } from './problem.js';

const likeFractions: Kind = {
  kind: 'like fractions',
  pose(r) {
    const bottom = r.integer(5, 20);
    const a = r.integer(1, bottom - 2);
    const b = r.integer(1, bottom - 1);
    return {
      question: `What is $${frac(a, bottom)}+${frac(b, bottom)}$?`,
      steps: `$${frac(a, bottom)}+${frac(b, bottom)}=${reducing(a + b, bottom)}$.`,
      answer: reduced(a + b, bottom),
    };
  },
};

const percentage: Kind = {
  kind: 'percentage',
  pose(r) {
    const [percent, of] = [5 * r.integer(1, 19), 20 * r.integer(2, 25)];
    return {
      question: `What is $${percent}\\%$ of $${of}$?`,
      steps: `$${frac(percent, 100)}${times}${of}=${reducing(percent * of, 100)}$.`,
      answer: String((percent * of) / 100),
    };
  },
};

const fractionProduct: Kind = {
  kind: 'product of fractions',
  pose(r) {
    const [a, b, c, d] = [r.integer(1, 9), r.integer(2, 12), r.integer(1, 9), r.integer(2, 12)];
    return {
      question: `What is $${frac(a, b)}${times}${frac(c, d)}$?`,
      steps: `$${frac(a, b)}${times}${frac(c, d)}=${reducing(a * c, b * d)}$.`,
      answer: reduced(a * c, b * d),
    };
  },
};

const unlikeFractions: Kind = {
  kind: 'unlike fractions',
  pose(r) {
    const [b, d] = [r.integer(2, 12), r.integer(2, 12)];
    const [a, c] = [r.integer(1, b - 1), r.integer(1, d - 1)];
    const common = (b * d) / gcd(b, d);
    const [left, right] = [(a * common) / b, (c * common) / d];
    return {
      question: `What is $${frac(a, b)}+${frac(c, d)}$?`,
      steps: `The common denominator is $${common}$. $${frac(left, common)}+${frac(right, common)}=${reducing(left + right, common)}$.`,
      answer: reduced(left + right, common),
    };
  },
};

const quotientAndSum: Kind = {
  kind: 'quotient of fractions',
  pose(r) {
    const [a, b, c, d] = [r.integer(1, 9), r.integer(2, 9), r.integer(1, 9), r.integer(2, 9)];
    const whole = r.integer(1, 9);
    const [top, bottom] = [a * d, b * c];
    return {
      question: `What is $${frac(a, b)}\\div ${frac(c, d)}+${whole}$?`,
      steps: `$${frac(a, b)}${times}${frac(d, c)}+${whole}=${frac(top, bottom)}+${frac(whole * bottom, bottom)}=${reducing(top + whole * bottom, bottom)}$.`,
      answer: reduced(top + whole * bottom, bottom),
    };
  },
};

export const prealgebra: Subject = {
  type: 'Prealgebra',
  levels: { 1: [likeFractions], 2: [percentage], 3: [fractionProduct], 4: [unlikeFractions], 5: [quotientAndSum] },
};
