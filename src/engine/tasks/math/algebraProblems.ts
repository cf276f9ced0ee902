import { frac, inBrackets, reduced, signed, signedTerm, term } from './latex.js';
import type { Kind, Subject } from './problem.js';

const nonZero = (n: number): number => (n === 0 ? 1 : n);

const oneStep: Kind = {
  kind: 'one-step equation',
  pose(r) {
    const [x, a] = [r.integer(-30, 60), nonZero(r.integer(-50, 50))];
    return { question: `If $x${signed(a)}=${x + a}$, what is $x$?`, steps: `$x=${x + a}${signed(-a)}=${x}$.`, answer: String(x) };
  },
};

const twoStep: Kind = {
  kind: 'two-step equation',
  pose(r) {
    const [x, a, b] = [nonZero(r.integer(-12, 20)), r.integer(2, 9), nonZero(r.integer(-40, 40))];
    return {
      question: `If $${a}x${signed(b)}=${a * x + b}$, what is $x$?`,
      steps: `$${a}x=${a * x + b}${signed(-b)}=${a * x}$, so $x=${frac(a * x, a)}=${x}$.`,
      answer: String(x),
    };
  },
};

const bothSides: Kind = {
  kind: 'letters on both sides',
  pose(r) {
    const [c, more] = [r.integer(1, 6), r.integer(2, 7)];
    const [b, d] = [nonZero(r.integer(-20, 20)), nonZero(r.integer(-20, 20))];
    const a = c + more;
    const value = reduced(d - b, more);
    const standing = frac(d - b, more);
    return {
      question: `Solve $${term(a, 'x')}${signed(b)}=${term(c, 'x')}${signed(d)}$ for $x$.`,
      steps: `$${more}x=${d}${signed(-b)}=${d - b}$, so $x=${standing === value ? '' : `${standing}=`}${value}$.`,
      answer: value,
    };
  },
};

const system: Kind = {
  kind: 'two equations',
  pose(r) {
    const x = r.integer(-9, 20);
    const y = x - nonZero(r.integer(-15, 15));
    const [sum, difference] = [x + y, x - y];
    return {
      question: `If $x+y=${sum}$ and $x-y=${difference}$, what is $(x,y)$?`,
      steps: `$2x=${sum}${signed(difference)}=${2 * x}$, so $x=${x}$ and $y=${sum}-${inBrackets(x)}=${y}$.`,
      answer: `(${x},${y})`,
    };
  },
};

const quadratic: Kind = {
  kind: 'quadratic equation',
  pose(r) {
    const p = nonZero(r.integer(-9, 9));
    const q = nonZero(p + r.integer(1, 9));
    const factor = (root: number) => `(x${signed(-root)})`;
    return {
      question: `Find all solutions of $x^2${signedTerm(-(p + q), 'x')}${signed(p * q)}=0$, separated by commas.`,
      steps: `$x^2${signedTerm(-(p + q), 'x')}${signed(p * q)}=${factor(p)}${factor(q)}$, so $x=${p}$ or $x=${q}$.`,
      answer: `${p},${q}`,
    };
  },
};

export const algebra: Subject = {
  type: 'Algebra',
  levels: { 1: [oneStep], 2: [twoStep], 3: [bothSides], 4: [system], 5: [quadratic] },
};
