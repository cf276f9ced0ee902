import type { Convention } from '../../grading/extract/extraction.js';
import type { Random } from '../random.js';
import { simplify } from './simplify.js';

export type Level = 1 | 2 | 3 | 4 | 5;

/** A question with its gold answer, and how a solution is to state one. */
export interface Task {
  question: string;
  /** A worked solution, which ends in the answer as the convention has it. */
  solution: string;
  /** The gold answer: a number, or for `math` any LaTeX. */
  answer: string;
  /** Of a generator 1 to 5, of a file what it says (a grade), or 0. */
  level: number;
  /** Kind of question, e.g. `product`. */
  kind: string;
  /** Subject, where the suite has them, e.g. `Number Theory`. */
  type?: string;
  /** Where the checker looks for a solution's answer first; the general order when left out. */
  convention?: Convention;
  /** A solution may write Python programs; they are run, and their outputs stand in it. */
  tools?: true;
}

/** A question and a response to imitate. */
export interface Demonstration {
  question: string;
  response: string;
}

/** Draws one task of a level. */
export type TaskGenerator = (level: Level, random: Random) => Task;

/** As Chinese schools write them. */
const signs: Readonly<Record<string, string>> = { '*': '×', '/': '÷' };
export const withChineseSigns = (expression: string): string => expression.replace(/[*/]/g, (sign) => signs[sign]);

/** The expression's lines of simplification, after `before`, then the answer line that the checker reads. */
export function worked(
  expression: string,
  before: readonly string[] = [],
  convention?: Convention,
): Pick<Task, 'solution' | 'answer' | 'convention'> {
  const lines = simplify(expression);
  const answer = lines[lines.length - 1];
  const steps = [...before, ...lines].join('=');
  const stated = answerLine({ answer, convention });
  if (!isChinese(convention)) return { solution: `${steps}. ${stated}`, answer, ...(convention && { convention }) };
  return { solution: `${withChineseSigns(steps)}。${stated}`, answer, convention };
}

/** What a solution that shows no steps consists of. */
export function answerLine({ answer, convention }: Pick<Task, 'answer' | 'convention'>): string {
  if (convention === 'math') return `The answer is $\\boxed{${answer}}$.`;
  return isChinese(convention) ? `答案是${answer}。` : `The answer is ${answer}.`;
}

const isChinese = (convention: Convention | undefined): convention is 'mgsm-zh' | 'cmath' =>
  convention === 'mgsm-zh' || convention === 'cmath';
