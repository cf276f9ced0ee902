/** One solution, and its per-token arrays. */
import type { Grade } from '../../protocol/events.js';
import type { SolutionSummary } from './groups.js';

export interface SolutionDetail extends Omit<SolutionSummary, 'preview'> {
  run: string;
  runName: string;
  step: number;
  group: number;
  groupSize: number;
  question: string;
  gold: string | null;
  text: string;
  grade: Grade | null;
  /** Weight of each reward term in the run's experiment, when known. */
  weights: Record<string, number>;
  sameQuestion: { step: number; group: number }[];
  /** Correct solution (or, for a correct one, wrong solution) of the same group with the nearest length; null when there is none. */
  bestSibling: number | null;
}

/** Per-token arrays of one solution, each of length |o| (absent when the trainer did not write it). */
export interface Trace {
  ends: number[];
  ids?: number[];
  logpOld?: number[];
  logpRef?: number[];
  logp?: number[];
  kl?: number[];
  ratio?: number[];
  entropy?: number[];
  rank?: number[];
  advantage?: number[];
}
