/** What a reward model says of a run's solutions, beside the rule. */
import type { Reliability } from '../../core/platt.js';
import type { QuestionPreview } from '../../core/questionPreview.js';
import type { RunAddress } from '../../protocol/address.js';

/** Which solutions of a run a page on a reward model looks at. */
export interface OpinionQuestion {
  /** The reward term that is the model's; the likeliest when left out. */
  term?: string;
  /** The last step to look at; the newest when left out. */
  upTo?: number;
  /** How many steps with solutions up to there; all when left out. */
  steps?: number;
  /** Examples have a probability in [low, high); 1 belongs to the last. */
  within?: { low: number; high: number };
  /** Examples of each kind. */
  limit: number;
}

/** A solution of which rule and model think differently. */
export interface Opinion {
  address: RunAddress;
  /** What the model said. */
  probability: number;
  /** What tells the question from the others of its step. */
  questionPreview: QuestionPreview;
  gold: string | null;
  answer: string | null;
  /** First 400 characters. */
  preview: string;
  /** Solutions of the group that are written in the very same way, this one included. */
  alike: number;
}

export interface OpinionList {
  total: number;
  listed: Opinion[];
  /** Solutions that are not among the listed ones, nor like one of them. */
  left: number;
}

export interface Opinions {
  /** The reward term that is the model's. */
  term: string;
  /** Others whose values look like probabilities. */
  otherTerms: string[];
  /** The steps that were looked at, and those there are. */
  from: number;
  upTo: number;
  steps: number;
  firstStep: number;
  lastStep: number;
  /** Solutions that both model and rule have judged, and those that are right. */
  n: number;
  right: number;
  /** Where the model at ½ says what the rule says. */
  agreeing: number;
  /** Wrong with a probability of ½ or more, and right with less. */
  wrongLiked: number;
  rightDisliked: number;
  /** Of a right and a wrong solution of one group: how many, and how many the model puts in that order (equal counts half). */
  pairs: number;
  pairsInOrder: number;
  reliability: Reliability;
  /** Of those within: wrong ones, most liked first, and right ones, least liked first. */
  examples: Record<'wrong' | 'right', OpinionList>;
}
