import type { Random } from '../../random.js';
import type { TextGenerator } from './text.js';

/** `+ 3`, `- 3` */
const signed = (n: number): string => (n < 0 ? `- ${-n}` : `+ ${n}`);
/** `3*x`, `x`, `-x`, `-2*x` */
const times = (n: number, letter: string): string => (n === 1 ? letter : n === -1 ? `-${letter}` : `${n}*${letter}`);

const nonZero = (r: Random, largest: number): number => r.integer(1, largest) * (r.next() < 0.5 ? -1 : 1);

/** A linear equation in one unknown, solved a line a step. */
function solving(r: Random): string {
  const letter = r.pick(['x', 'y', 'n', 't']);
  const [a, b, value] = [r.integer(2, 12), nonZero(r, 30), nonZero(r, 20)];
  return [
    `solve ${times(a, letter)} ${signed(b)} = ${a * value + b} for ${letter}`,
    `${times(a, letter)} = ${a * value + b} ${signed(-b)}`,
    `${times(a, letter)} = ${a * value}`,
    `${letter} = ${a * value}/${a}`,
    `${letter} = ${value}`,
  ].join('\n');
}

/** A product of two linear factors, expanded and factored back. */
function expanding(r: Random): string {
  const letter = r.pick(['x', 'y', 'z']);
  const [a, b] = [nonZero(r, 9), nonZero(r, 9)];
  const middle = a + b === 0 ? '' : ` ${a + b < 0 ? '-' : '+'} ${times(Math.abs(a + b), letter)}`;
  const square = `${letter}^2`;
  const product = `(${letter} ${signed(a)})*(${letter} ${signed(b)})`;
  return [
    `expand ${product}`,
    `= ${square} ${b < 0 ? '-' : '+'} ${times(Math.abs(b), letter)} ${a < 0 ? '-' : '+'} ${times(Math.abs(a), letter)} ${signed(a * b)}`,
    `= ${square}${middle} ${signed(a * b)}`,
    `factor ${square}${middle} ${signed(a * b)}`,
    `= ${product}`,
  ].join('\n');
}

/** Lean statements about particular numbers. */
function theorems(r: Random): string {
  return Array.from({ length: r.integer(2, 4) }, () => {
    const [a, b, c] = [r.integer(2, 99), r.integer(2, 99), r.integer(2, 9)];
    return r.pick([
      `example : ${a} + ${b} = ${a + b} := by norm_num`,
      `theorem mul_${a}_${c} : ${a} * ${c} = ${a * c} := by norm_num`,
      `example : ${Math.min(a, b)} < ${Math.max(a, b) + 1} := by decide`,
      `example : ${a * c} % ${c} = 0 := by decide`,
      `theorem eq_of_add (n : Nat) (h : n + ${a} = ${a + b}) : n = ${b} := by omega`,
      `lemma mod_${a}_${c} : ${a} % ${c} = ${a % c} := by rfl`,
    ]);
  }).join('\n');
}

/** Lines of algebra and of formal proofs: what stands for AlgebraicStack. Every statement holds. */
export const algebra: TextGenerator = (r) => r.pick([solving, expanding, theorems])(r);
