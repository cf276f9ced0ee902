import type { Random } from '../random.js';

/** A question with its worked solution, which ends in "The answer is N." */
export interface Task {
  question: string;
  solution: string;
  /** The gold answer, an integer. */
  answer: string;
  /** 1 (easy) to 5. */
  level: number;
  /** Kind of question, e.g. `product`. */
  kind: string;
}

export type Level = 1 | 2 | 3 | 4 | 5;

/** Draws one task of a level. */
export type TaskGenerator = (level: Level, random: Random) => Task;

/** One worked step and its result. */
export interface Worked {
  text: string;
  value: number;
}

/** Tens first, then ones, as people do in their heads: 47+36=77+6=83. */
export const add = (a: number, b: number): Worked => inTwo(a, b, '+', (x, y) => x + y);
export const subtract = (a: number, b: number): Worked => inTwo(a, b, '-', (x, y) => x - y);

function inTwo(a: number, b: number, sign: string, apply: (x: number, y: number) => number): Worked {
  const value = apply(a, b);
  const ones = b % 10;
  const between = b < 10 || ones === 0 ? '' : `=${apply(a, b - ones)}${sign}${ones}`;
  return { text: `${a}${sign}${b}${between}=${value}`, value };
}

export const divide = (a: number, b: number): Worked => ({ text: `${a}/${b}=${a / b}`, value: a / b });

/** Written multiplication by tens and ones, 23*4=80+12=92; single digits are known by heart. */
export function multiply(a: number, b: number): Worked {
  const value = a * b;
  const ones = a % 10;
  const between = a < 10 || ones === 0 ? '' : `=${(a - ones) * b}+${ones * b}`;
  return { text: `${a}*${b}${between}=${value}`, value };
}

/** The steps joined, then the answer line that the checker reads. */
export function worked(steps: readonly Worked[]): Pick<Task, 'solution' | 'answer'> {
  const answer = String(steps.at(-1)!.value);
  return { solution: `${steps.map((s) => s.text).join(', ')}. The answer is ${answer}.`, answer };
}
