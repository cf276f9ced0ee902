/** What a search finds. */
import type { QuestionPreview } from '../../core/questionPreview.js';
import type { RunAddress } from '../../protocol/address.js';

/** A part of what there is to be searched: steps of a run, the newest first. */
export interface SearchPiece {
  run: string;
  firstStep: number;
  lastStep: number;
  solutions: number;
}

export interface SearchPlan {
  /** In the order in which they are searched: newest run first, of each its newest step. */
  pieces: SearchPiece[];
  /** Solutions in them: others cannot match, by the step or the run that the filter asks for. */
  solutions: number;
  /** Solutions of the runs that are searched. */
  all: number;
  /** Solutions of steps beyond those that one search goes through; they are not in `pieces`. */
  left: number;
  /** Whether words are sought in the index, and of how many groups there it has: others are read. */
  index: { indexed: number; groups: number } | null;
}

/** Where a search of a piece goes on. */
export interface PieceCursor {
  /** Among groups that are read, or among those that are in the index. */
  part: 'read' | 'indexed';
  /** Which is which: ids of groups up to this one are the indexed ones. */
  floor: number;
  step: number;
  group: number;
  /** The last solution of that group that was looked at, by its id; left out: all of it were. */
  after?: number;
}

/** [start, end) in UTF-16 code units of the solution's text. */
export type Place = [start: number, end: number];

export interface FoundSolution {
  address: Required<Pick<RunAddress, 'run' | 'step' | 'group' | 'solution'>>;
  runName: string;
  reward: number | null;
  advantage: number | null;
  correct: boolean | null;
  answer: string | null;
  finish: 'stop' | 'length' | 'other';
  tokens: number;
  kl: number | null;
  questionPreview: QuestionPreview;
  /** What was found with what stands around it, or the text's beginning; `start` is where it begins in the text. */
  excerpt: { text: string; start: number };
  /** Where what was sought stands in the text: the first 50 places. */
  places: Place[];
  /** Of the property that is sorted by; null: unknown. */
  sortValue: number | null;
}

export const facetNames = ['run', 'step', 'reward', 'tokens', 'finish', 'correct', 'answer'] as const;
export type FacetName = (typeof facetNames)[number];

/** How often each value occurs among what matches. Steps, rewards and lengths are rounded to bins; '' stands for unknown, … for values beyond the first 500 of a piece. */
export type FacetCounts = Partial<Record<FacetName, Map<string, number>>>;

/** What a search of a piece came to, up to `next`. */
export interface PieceAnswer {
  /** In the order asked for. */
  rows: FoundSolution[];
  matched: number;
  /** Solutions of which the filter is unknown. */
  unknown: number;
  /** Solutions looked at; those of a group that is not done yet do not count. */
  seen: number;
  facets: FacetCounts;
  /** Where it goes on, when its time was up or its page was full; null: it is done. */
  next: PieceCursor | null;
}
