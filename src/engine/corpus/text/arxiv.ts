import type { Random } from '../../random.js';
import type { TextGenerator } from './text.js';

const term = (n: number, letter: string): string => `${n === 1 ? '' : n}${letter}`;

const introductions = [
  'We begin with a simple observation.',
  'The following result is well known.',
  'Throughout this section all numbers are integers.',
  'We include a proof for completeness.',
  'The next statement will be used several times.',
];
const closings = [
  'This completes the proof.',
  'The claim follows.',
  'A similar argument works in general.',
  'We shall return to this in Section~3.',
  'It would be interesting to know whether the converse holds.',
];

/** The sum of an arithmetic progression a_k = d k + c. */
function progression(r: Random): string {
  const [d, c] = [r.integer(1, 9), r.integer(1, 20)];
  const n = r.integer(3, 30);
  const sum = (d * n * (n + 1)) / 2 + c * n;
  return [
    `\\begin{lemma} Let $a_k = ${term(d, 'k')} + ${c}$. Then $\\sum_{k=1}^{n} a_k = \\frac{${term(d, 'n')}(n+1)}{2} + ${term(c, 'n')}$. \\end{lemma}`,
    `\\begin{proof} Since $\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}$, we add $${c}$ for each of the $n$ terms. For $n = ${n}$ the sum is $${sum}$. \\end{proof}`,
  ].join('\n');
}

/** A quadratic with two integer roots. */
function roots(r: Random): string {
  const a = r.integer(1, 12);
  const b = r.integer(a + 1, 15);
  return [
    `Let $p(x) = x^2 - ${a + b}x + ${a * b}$. Its discriminant is $${(a + b) ** 2} - ${4 * a * b} = ${(b - a) ** 2}$, hence`,
    `\\begin{equation} x_{1,2} = \\frac{${a + b} \\pm ${b - a}}{2}, \\end{equation}`,
    `so that $p$ vanishes exactly at $x = ${a}$ and $x = ${b}$.`,
  ].join('\n');
}

/** Divisibility of n^2 + n d. */
function divisibility(r: Random): string {
  const m = r.integer(2, 9);
  const [q, s] = [r.integer(2, 30), r.integer(2, 30)];
  return [
    `\\begin{proposition} If $${m} \\mid a$ and $${m} \\mid b$, then $${m} \\mid a + b$. \\end{proposition}`,
    `\\begin{proof} Write $a = ${m}s$ and $b = ${m}t$. Then $a + b = ${m}(s + t)$. \\end{proof}`,
    `For example, $${m * q} + ${m * s} = ${m * (q + s)} = ${m} \\cdot ${q + s}$.`,
  ].join('\n');
}

/** A derivative and an integral of the same power. */
function calculus(r: Random): string {
  const n = r.integer(2, 9);
  const c = r.integer(1, 9);
  return [
    `Consider $f(x) = ${term(c * (n + 1), 'x')}^{${n}}$. We have $f'(x) = ${c * (n + 1) * n}x^{${n - 1}}$ and`,
    `\\begin{equation} \\int_0^1 f(x) \\, dx = \\frac{${c * (n + 1)}}{${n + 1}} = ${c}. \\end{equation}`,
  ].join('\n');
}

/** Paragraphs of a paper in LaTeX: what stands for arXiv. Every computed number is right. */
export const arxiv: TextGenerator = (r) =>
  [r.pick(introductions), r.pick([progression, roots, divisibility, calculus])(r), r.pick(closings)].join('\n');
