/** One solution, and its per-token arrays. */
import type { LogpTemperatures } from '../../core/logpTemperature.js';
import type { HeldOutSplit } from '../../core/heldOutSplit.js';
import type { Grade } from '../../protocol/events.js';
import type { Turn } from '../../protocol/turns.js';
import type { TraceNumbers } from '../../protocol/traceNumbers.js';
import type { QuestionPreview } from '../../core/questionPreview.js';
import type { Encoded } from '../../core/utf8.js';
import type { Asking, SolutionSummary } from './groups.js';

export interface SolutionDetail extends Omit<SolutionSummary, 'preview'> {
  run: string;
  runName: string;
  step: number;
  group: number;
  groupSize: number;
  /** Of the run, and of the group's rows: whether they were trained on. */
  method: string;
  split: HeldOutSplit | null;
  question: string;
  /** Who said what in question and text; null where nobody said. */
  questionTurns: Turn[] | null;
  turns: Turn[] | null;
  /** What tells the question from the others of the step. */
  questionPreview: QuestionPreview;
  gold: string | null;
  text: string;
  grade: Grade | null;
  /** Why the episode failed, whole. */
  error: string | null;
  /** How long it was generated. */
  seconds: number | null;
  /** Step of the weights that sampled it, where the trainer says so. */
  policyVersion: number | null;
  /** Of a branch: the solution of the group that it left, and where in its text. */
  parent: { solution: number; offset: number } | null;
  /** Weight of each reward term in the run's experiment, when known. */
  weights: Record<string, number>;
  /** What log-probabilities, KL and ratio of its tokens are at. */
  logpTemperatures: LogpTemperatures;
  sameQuestion: Asking[];
  /** The other solutions of the group, in the order sampled; of a very large group the first 500. */
  siblings: Sibling[];
  /** Solution of the other verdict with the nearest length, and the one with the largest advantage (or reward) of the others; null: none. */
  otherVerdict: number | null;
  bestOther: number | null;
}

/** As the store answers it. */
export type SolutionAnswer = Encoded<SolutionDetail, 'question' | 'text'>;

/** Another solution of the group, to compare with. */
export type Sibling = Pick<SolutionSummary, 'index' | 'reward' | 'advantage' | 'correct'>;

/**
 * One number for each token; what was written as no number is NaN. The store answers typed arrays in the precision in which the trainer
 * wrote them, and they travel as such up to the page.
 */
export type TokenNumbers = ArrayLike<number>;

export type Trace = TraceNumbers<TokenNumbers>;
