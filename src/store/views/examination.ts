/** A run as the doctor reads it: who it is, and its steps and groups as numbers. */
import type { HeldOutSplit } from '../../core/heldOutSplit.js';
import type { Verdict } from '../../protocol/events.js';
import type { Sampling } from '../../protocol/runFiles.js';

export interface ExaminationFacts {
  method: string;
  backend: string;
  supervision: string | null;
  imported: boolean;
  sampling: Sampling;
  /** The experiment as it was, whoever wrote it. */
  resolved: Record<string, unknown>;
  live: boolean;
  groups: number;
  solutions: number;
}

/** Values of some metrics at one step. */
export interface MetricsRow {
  step: number;
  /** When the last of them was written, ms since 1970. */
  time: number | null;
  /** By name; null: something that is no number was written, or ±∞. */
  values: Record<string, number | null>;
}

export interface GroupNumbers {
  step: number;
  group: number;
  questionId: string;
  /** What its rows are, where they were not trained on. */
  split: HeldOutSplit | null;
  solutions: SolutionNumbers[];
}

export interface SolutionNumbers {
  reward: number | null;
  terms: Record<string, number | null>;
  advantage: number | null;
  correct: boolean | null;
  verdict: Verdict | null;
  /** Its first 100 characters. */
  answer: string | null;
  finish: 'stop' | 'length' | 'other';
  tokens: number;
  policyVersion: number | null;
  error: boolean;
}

/** Texts of a group: the question's beginning, and the ends of its first solutions. */
export interface GroupTexts {
  group: number;
  question: string;
  texts: string[];
}
