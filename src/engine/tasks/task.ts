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

export const add = (a: number, b: number): Worked => ({ text: `${a}+${b}=${a + b}`, value: a + b });
export const subtract = (a: number, b: number): Worked => ({ text: `${a}-${b}=${a - b}`, value: a - b });
export const divide = (a: number, b: number): Worked => ({ text: `${a}/${b}=${a / b}`, value: a / b });

/** Written multiplication by tens and ones: 23*4=80+12=92; single digits are known by heart. */
export function multiply(a: number, b: number): Worked {
  const value = a * b;
  const ones = a % 10;
  if (a < 10 || ones === 0) return { text: `${a}*${b}=${value}`, value };
  return { text: `${a}*${b}=${(a - ones) * b}+${ones * b}=${value}`, value };
}

/** The steps joined, then the answer line that the checker reads. */
export function worked(steps: readonly Worked[]): Pick<Task, 'solution' | 'answer'> {
  const answer = String(steps.at(-1)!.value);
  return { solution: `${steps.map((s) => s.text).join(', ')}. The answer is ${answer}.`, answer };
}
