/** What the advantages of a step are made of; null where it is not known. */
import type { VariantId } from '../../core/advantageVariants.js';
import type { HeldOutSplit } from '../../core/heldOutSplit.js';

export interface StepGroup {
  group: number;
  /** Of rows that were not trained on. */
  split: HeldOutSplit | null;
  rewards: (number | null)[];
  advantages: (number | null)[];
  terms: Record<string, number | null>[];
  correct: (boolean | null)[];
}

export interface StepNumbers {
  /** The first ones, of how many. */
  groups: StepGroup[];
  all: number;
  /** Weight of each reward term in the run's experiment, and its own normalisation, where they are known. */
  weights: Record<string, number>;
  normalisation: VariantId | null;
  /** Other checkers that graded the run, newest first, by the names of their files. */
  checkers: { name: string; checker: string }[];
}

/** Another checker's verdicts on a group; only equal counts as right. */
export interface GroupVerdicts {
  group: number;
  /** Null: it did not judge the solution. */
  right: (boolean | null)[];
  undecided: number;
}
