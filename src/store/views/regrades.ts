/** What other checkers say of a run's solutions, and where they differ from its own. */
import type { ListPage } from '../../core/listPages.js';
import type { QuestionPreview } from '../../core/questionPreview.js';
import type { RunAddress } from '../../protocol/address.js';
import type { Grade, Verdict } from '../../protocol/events.js';

/**
 * Which disagreements: of two verdicts equal → different, different → equal, or to or from undecided; where the trainer recorded no
 * verdict of its own, of the verdict and what was paid (a reward above 0). `all` is all of these. Golds that nothing can read are
 * listed apart.
 */
export const directions = [
  'all',
  'right to wrong',
  'wrong to right',
  'undecided',
  'right, paid nothing',
  'wrong, paid',
  'gold unreadable',
] as const;
export type Direction = (typeof directions)[number];

/** Another checker's verdicts on a run, counted against those of the run's own. Only `equal` counts as right. */
export interface RegradeSummary {
  /** The file of grades: what addresses carry. */
  name: string;
  checker: string;
  /** The run's own checker, when it had one. */
  original: string | null;
  /** ISO time at which it was begun. */
  time: string;
  /** Solutions graded whose text still stands. */
  solutions: number;
  /** Grades of texts that a resumed run has taken back. */
  superseded: number;
  /** Among the solutions: those that the run itself had not judged. */
  unjudged: number;
  agreeing: number;
  rightToWrong: number;
  wrongToRight: number;
  /** Undecided by one of the two, decided by the other. */
  undecided: number;
  /** Of those that the run had not judged: decided now, with a recorded reward that the verdict can be held against. */
  paidCompared: number;
  /** Of these: right with a reward of 0 or less; wrong, or without an answer, with one above 0. */
  rightUnpaid: number;
  wrongPaid: number;
  rightBefore: number;
  rightNow: number;
  undecidedNow: number;
  /** Of these: because nothing can read the gold answer. */
  goldUnreadable: number;
  /** Share of equal verdicts among those judged by both, and Cohen's κ; null when undefined. */
  share: number | null;
  kappa: number | null;
}

/** Place of a file of grades among those of its run. */
export type RegradePlace = Pick<RegradeSummary, 'time' | 'name'>;

export interface DisagreementGroup {
  address: RunAddress;
  /** What tells the question from the others of its step. */
  questionPreview: QuestionPreview;
  /** The run's own; where it has none, the one that the checker compared with. */
  gold: string | null;
  size: number;
  /** How many of its solutions. */
  differing: number;
  /** The first 16 of them. */
  solutions: {
    solution: number;
    /** null: the run's own trainer did not judge it. */
    was: Verdict | null;
    /** null: not recorded. */
    reward: number | null;
    verdict: Verdict;
    /** What the run's own checker found, and what the other one did. */
    answer: string | null;
    answerNow: string | null;
    rule: string;
    /** Why it is undecided now. */
    reason: string | null;
  }[];
}

/** Place of a group in its run. */
export interface GroupPlace {
  step: number;
  group: number;
}

export interface DisagreementPage extends ListPage<DisagreementGroup, GroupPlace> {
  summary: RegradeSummary;
  /** Groups there are of that direction. */
  total: number;
}

/** What another checker says of a group's solutions, as far as it makes a difference to what counts as right. */
export interface OtherVerdicts {
  /** The file of grades. */
  name: string;
  checker: string;
  /** Solutions it has judged. */
  solutions: number;
  /** Those of them that it judges otherwise than they counted, and the first 12 of these by index. */
  otherwise: number;
  first: number[];
}

/** What another checker said of one solution of a group. */
export interface OtherGrade {
  /** The file of grades. */
  name: string;
  /** Index in the group. */
  solution: number;
  grade: Grade;
}

/** Place of such a grade among those of its group. */
export interface OtherGradePlace {
  time: string;
  name: string;
  solution: number;
}

/** A solution as a checker needs it. */
export interface SolutionToGrade {
  index: number;
  text: string;
  /** What the run's own checker said. */
  was: Verdict | null;
  /** The checker has graded it before. */
  done: boolean;
}

/** Solutions of a group, in the order sampled. */
export interface SolutionsToGrade extends ListPage<SolutionToGrade, number> {
  /** Number of the group's event. */
  seq: number;
  question: string;
  gold: string | null;
}
