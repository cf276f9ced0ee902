import type { Random } from '../random.js';
import { simplify } from './simplify.js';

export type Level = 1 | 2 | 3 | 4 | 5;

/** A question with its worked solution, which ends in "The answer is N." */
export interface Task {
  question: string;
  solution: string;
  /** The gold answer, a natural number. */
  answer: string;
  level: Level;
  /** Kind of question, e.g. `product`. */
  kind: string;
}

/** A question and a response to imitate. */
export interface Demonstration {
  question: string;
  response: string;
}

/** Draws one task of a level. */
export type TaskGenerator = (level: Level, random: Random) => Task;

/** The expression's lines of simplification, after `before`, then the answer line that the checker reads. */
export function worked(expression: string, before: readonly string[] = []): Pick<Task, 'solution' | 'answer'> {
  const lines = simplify(expression);
  const answer = lines[lines.length - 1];
  return { solution: `${[...before, ...lines].join('=')}. ${answerLine(answer)}`, answer };
}

/** What a solution that shows no steps consists of. */
export const answerLine = (answer: string): string => `The answer is ${answer}.`;
