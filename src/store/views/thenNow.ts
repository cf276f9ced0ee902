import type { LengthChange } from '../../core/thenNow/lengthChange.js';
import type { PhraseChange, PhraseOrder } from '../../core/thenNow/phraseChange.js';
import type { Pair, StepRange } from '../../core/thenNow/stepRange.js';
import type { TermSums } from '../../core/thenNow/termShares.js';
import type { TurnedQuestion, Turning } from '../../core/thenNow/turnedQuestions.js';

/** Steps of a run. */
export interface RunRange extends StepRange {
  run: string;
}

/** What the groups of a range come to, without those of evaluations. */
export interface RangeFacts {
  range: RunRange;
  /** Steps with groups, groups and their solutions. */
  steps: number;
  groups: number;
  solutions: number;
  /** Groups of evaluations, which were left out. */
  evaluationGroups: number;
  /** Solutions of groups that were judged, and the right ones among them. */
  judged: number;
  right: number;
  /** Mean over the solutions; null: no reward is known. */
  reward: number | null;
  /** Groups whose advantages are known, their Σ|A|, and which terms carry it. */
  advantageGroups: number;
  terms: TermSums;
}

/** Where a text of a question is: of the first asking of then, and the last one of now. */
export interface TextPlace {
  run: string;
  step: number;
  group: number;
  solution: number;
}

export interface TurnedRow extends TurnedQuestion {
  /** Its beginning, of a conversation that of the last user turn: 200 characters. */
  question: string;
  gold: string | null;
  /** A wrong and a right solution, as it turned; where there is none such at that asking, the one with the largest advantage. */
  texts: Pair<TextPlace>;
}

/** Two ranges of steps beside each other: all that is counted without reading a solution. */
export interface ThenNow {
  facts: Pair<RangeFacts>;
  /** First and last step with groups of either run. */
  extent: Pair<StepRange | null>;
  counts: [Turning, number][];
  /** Those that turned most; `counts` says how many there are. */
  toRight: TurnedRow[];
  toWrong: TurnedRow[];
  /** Reward terms, those with the largest part first, and how many there are beyond them. */
  terms: string[];
  moreTerms: number;
}

export interface ChosenPhrases {
  rows: PhraseChange[];
  /** Phrases that are frequent enough and were not chosen. */
  others: number;
}

/** What the texts and numbers of solutions tell of two ranges. */
export interface ThenNowTexts {
  /** What was read, of what there is. */
  read: Pair<{ groups: number; solutions: number }>;
  all: Pair<{ groups: number; solutions: number }>;
  /** Solutions of each range that were to be read, at most, and whether time was up before they were. */
  most: number;
  timeUp: boolean;
  /** Solutions of which only the beginning was read, and characters of that. */
  cut: number;
  longestText: number;
  /** Solutions of which only what the model wrote was read: their turns are known. */
  ofTurns: number;
  /** Solutions whose advantage is known, then and now. */
  known: Pair<number>;
  /** Solutions by which the count of a phrase may be too small. */
  lost: number;
  phrases: Record<PhraseOrder, ChosenPhrases>;
  lengths: LengthChange;
}
