/** The groups of a step, and the solutions in one. */
import type { FailureCounts } from '../../core/failures.js';
import type { LogpTemperatures } from '../../core/logpTemperature.js';
import type { HeldOutSplit } from '../../core/heldOutSplit.js';
import type { QuestionPreview } from '../../core/questionPreview.js';
import type { Encoded } from '../../core/utf8.js';
import type { RunAddress } from '../../protocol/address.js';
import type { TurnCounts } from '../../protocol/conversation.js';
import type { Turn } from '../../protocol/turns.js';

export interface GroupSummary {
  address: RunAddress;
  group: number;
  questionId: string;
  /** Where rows of an evaluation share a step with those that are trained on: what these are; null: trained on, or not said. */
  split: HeldOutSplit | null;
  /** What tells the question from the others of the step. */
  questionPreview: QuestionPreview;
  gold: string | null;
  size: number;
  correct: number | null;
  rewardMean: number | null;
  rewardStd: number | null;
  /** Sorted, largest first; null when the trainer gave none. Of more than 256 solutions 256, equally far apart in this order. */
  advantages: (number | null)[];
  lengthMean: number;
  failures: FailureCounts;
  klMean: number | null;
  /** All rewards equal: the group carries no signal. */
  zeroStd: boolean;
}

export interface SolutionSummary {
  index: number;
  reward: number | null;
  rewards: Record<string, number | null>;
  advantage: number | null;
  correct: boolean | null;
  answer: string | null;
  finish: 'stop' | 'length' | 'other';
  tokens: number;
  kl: number | null;
  /** First 400 characters. */
  preview: string;
  hasTrace: boolean;
  /** Null where nobody said who spoke. */
  turnCounts: TurnCounts | null;
  /** Why the episode failed: its first 200 characters. */
  error: string | null;
}

/** One asking of a question. */
export interface Asking {
  step: number;
  group: number;
  split: HeldOutSplit | null;
}

export interface GroupDetail extends GroupSummary {
  run: string;
  runName: string;
  /** Of the run: what its advantages are. */
  method: string;
  /** Whether each step of a solution was rewarded, not the whole alone. */
  stepRewards: boolean;
  step: number;
  question: string;
  /** Who said what in the question; null where nobody said. */
  questionTurns: Turn[] | null;
  info: Record<string, string | number | boolean>;
  /** In the order sampled: the first 500 or, where they are long, fewer. The question `solutions` has the others, after the last of these. */
  solutions: SolutionSummary[];
  /**
   * Distinct answers with their counts, most frequent first; null stands for "no answer found". Of very many the first 200, and
   * those that are right.
   */
  answers: { answer: string | null; count: number; correct: boolean | null }[];
  /** Reward and advantage of every solution, by its index; NaN for none. */
  rewardOf: ArrayLike<number>;
  advantageOf: ArrayLike<number>;
  /** Distinct answers there are, without "no answer found". */
  distinctAnswers: number;
  /** Steps and groups at which the same question was asked, in order, this one included; of very many the nearest 500 to either side. */
  sameQuestion: Asking[];
  /** What its KL is at. */
  logpTemperatures: LogpTemperatures;
  /** Number of groups in this step, and the nearest steps that have groups. */
  groupsInStep: number;
  previousStep: number | null;
  nextStep: number | null;
}

/** As the store answers it. */
export type GroupAnswer = Encoded<GroupDetail, 'question'>;
