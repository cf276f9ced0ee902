import type { Random } from '../../random.js';
import type { Level } from '../task.js';

/** A question, the steps to its answer and the answer, in words and LaTeX. */
export interface MathProblem {
  question: string;
  steps: string;
  answer: string;
}

/** One kind of problem. */
export interface Kind {
  kind: string;
  pose: (r: Random) => MathProblem;
}

/** A subject of MATH, with the kinds of problems of each level. */
export interface Subject {
  type: string;
  levels: Record<Level, readonly Kind[]>;
}
