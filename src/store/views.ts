/** What the store answers: plain data, the only shapes that pages, explorer and command line see. */
import type { Reliability } from '../core/platt.js';
import type { Stage } from '../core/stages.js';
import type { RunAddress } from '../protocol/address.js';
import type { Grade, ImportOrigin, Verdict } from '../protocol/events.js';

export type RunState = 'starting' | 'running' | 'finished' | 'stopped' | 'failed' | 'died';
export const isLive = (s: RunState): boolean => s === 'starting' || s === 'running';

export interface RunSummary {
  id: string;
  name: string;
  number: number;
  experiment: string;
  experimentPath: string | null;
  backend: string;
  method: string;
  state: RunState;
  /** What goes on now, or why the run ended. */
  message: string | null;
  step: number;
  totalSteps: number | null;
  parent: { run: string; step: number } | null;
  /** The reward model that its reward asks. */
  rewardModel: { run: string; step: number } | null;
  /** ISO times. */
  created: string;
  updated: string;
  /** Newest value of some metrics, by name. */
  latest: Record<string, number>;
  /** Reward mean over the run (or, without rewards, held-out accuracy or loss), at most 24 points, for a sparkline. */
  spark: { metric: string; values: number[] };
  /** Mean seconds per step over the last 20 steps, or null. */
  secondsPerStep: number | null;
  /** Events that could not be used. */
  problems: number;
  /** Path of what it was imported from; null for a run that was launched here. */
  importedFrom: string | null;
}

export interface RunDetail extends RunSummary {
  directory: string;
  source: string;
  resolved: Record<string, unknown>;
  command: string[];
  host: string;
  git: { commit: string; dirty: boolean } | null;
  versions: Record<string, string>;
  seed: number | null;
  threads: number | null;
  /** Last stderr lines when it ended badly. */
  tail: string[];
  metricNames: string[];
  /** Events of types that this version does not know: kept in the run directory, passed over. */
  unknownEvents: number;
  /** Of an imported run: where it comes from, and what there is to know of how. */
  import: ImportOrigin | null;
}

export interface StepSummary {
  step: number;
  rewardMean: number | null;
  rewardStd: number | null;
  kl: number | null;
  groups: number;
  mixed: number;
  allRight: number;
  allWrong: number;
  solutions: number;
}

/** One metric as arrays of equal length; y is NaN-free (a missing or non-finite value is null). */
export interface Series {
  run: string;
  metric: string;
  step: number[];
  tokens: (number | null)[];
  /** Seconds since the run was created. */
  seconds: number[];
  value: (number | null)[];
  /** True when the store left points out to stay under the asked maximum. */
  decimated: boolean;
}

export interface GroupSummary {
  address: RunAddress;
  group: number;
  questionId: string;
  /** First 200 characters. */
  question: string;
  gold: string | null;
  size: number;
  correct: number | null;
  rewardMean: number | null;
  rewardStd: number | null;
  /** Sorted, largest first; null when the trainer gave none. */
  advantages: (number | null)[];
  lengthMean: number;
  truncated: number;
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
}

export interface GroupDetail extends Omit<GroupSummary, 'question'> {
  run: string;
  runName: string;
  step: number;
  question: string;
  info: Record<string, string | number | boolean>;
  solutions: SolutionSummary[];
  /** Distinct answers with their counts, most frequent first; null stands for "no answer found". */
  answers: { answer: string | null; count: number; correct: boolean | null }[];
  /** Steps and groups at which the same question was asked, in order, this one included. */
  sameQuestion: { step: number; group: number }[];
  /** Number of groups in this step, and the nearest steps that have groups. */
  groupsInStep: number;
  previousStep: number | null;
  nextStep: number | null;
}

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

/** Which changes of verdict: equal → different, different → equal, or to or from undecided. */
export const directions = ['all', 'right to wrong', 'wrong to right', 'undecided'] as const;
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
  /** Among the solutions: those that the run itself had not judged. They neither agree nor disagree. */
  unjudged: number;
  agreeing: number;
  rightToWrong: number;
  wrongToRight: number;
  /** Undecided by one of the two, decided by the other. */
  undecided: number;
  rightBefore: number;
  rightNow: number;
  undecidedNow: number;
  /** Share of equal verdicts among those judged by both, and Cohen's κ; null when undefined. */
  share: number | null;
  kappa: number | null;
}

export interface DisagreementGroup {
  address: RunAddress;
  /** First 200 characters. */
  question: string;
  gold: string | null;
  size: number;
  /** How many of its solutions. */
  differing: number;
  /** The first 16 of them. */
  solutions: {
    solution: number;
    was: Verdict;
    verdict: Verdict;
    /** What the run's own checker found, and what the other one did. */
    answer: string | null;
    answerNow: string | null;
    rule: string;
    /** Why it is undecided now. */
    reason: string | null;
  }[];
}

export interface DisagreementPage {
  summary: RegradeSummary;
  groups: DisagreementGroup[];
  /** Groups there are of that direction. */
  total: number;
}

/** What another checker said of one solution of a group. */
export interface OtherGrade {
  /** The file of grades. */
  name: string;
  /** Index in the group. */
  solution: number;
  grade: Grade;
}

/** A group as a checker needs it. */
export interface SolutionsToGrade {
  /** Number of the group's event. */
  seq: number;
  gold: string | null;
  solutions: {
    index: number;
    text: string;
    /** What the run's own checker said. */
    was: Verdict | null;
    /** The checker has graded it before. */
    done: boolean;
  }[];
}

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
  /** First 200 characters. */
  question: string;
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

export interface CheckpointView {
  step: number;
  path: string;
  bytes: number;
  time: string;
}

export interface BenchmarkView {
  step: number;
  suite: string;
  mode: string;
  value: number | null;
  n: number;
  checker: string | null;
  /** Ends of the 95 % interval, when they were told. */
  low: number | null;
  high: number | null;
  /** Solutions sampled per question. */
  samples: number | null;
  /** Worked examples in each prompt. */
  shots: number | null;
  temperature: number | null;
}

/** A run at a step. */
export interface RunStep {
  run: string;
  step: number;
}

export interface BenchmarkResult extends BenchmarkView {
  /** The run whose events tell it. */
  run: string;
  /**
   * Whose weights were tested. A run that evaluates tests its parent's checkpoint; so does step 0 of a run that starts from one,
   * because nothing was trained yet.
   */
  of: RunStep;
}

/** A run that results speak of, and what it was made from. */
export interface BenchmarkedRun {
  id: string;
  name: string;
  number: number;
  experiment: string;
  method: string;
  /** Null when its method is not one we know. */
  stage: Stage | null;
  /** ISO time. */
  created: string;
  /** The checkpoints that led to its first weights, base first; ends where an ancestor is not here (any more). */
  lineage: RunStep[];
  /** What it was trained on: names of generators or data sets; empty when unknown. */
  trainedOn: string[];
}

/** Place of a result in the order of all. */
export interface BenchmarkCursor extends RunStep {
  suite: string;
  mode: string;
}

export interface BenchmarkPage {
  results: BenchmarkResult[];
  /** Those that `results` mention, and their ancestors. */
  runs: BenchmarkedRun[];
  /** Null after the last page. */
  next: BenchmarkCursor | null;
}

export interface ProblemView {
  file: string;
  line: number;
  reason: string;
}

export interface LogLine {
  time: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  message: string;
  step: number | null;
}

/** Every query, by name. The worker answers them; nobody else writes SQL. */
export interface StoreQueries {
  runs(): RunSummary[];
  run(id: string): RunDetail | null;
  /** Newest first. */
  steps(run: string, page: { before?: number; limit: number }): StepSummary[];
  step(run: string, step: number): StepSummary | null;
  /** @param maxPoints at most this many points per series (min/max decimation keeps peaks) */
  series(runs: string[], metrics: string[], maxPoints: number): Series[];
  groups(run: string, step: number): GroupSummary[];
  group(run: string, step: number, group: number): GroupDetail | null;
  solution(run: string, step: number, group: number, solution: number): SolutionDetail | null;
  trace(run: string, step: number, group: number, solution: number): Trace | null;
  regrades(run: string): RegradeSummary[];
  disagreements(run: string, name: string, page: { direction: Direction; limit: number }): DisagreementPage | null;
  otherGrades(run: string, step: number, group: number): OtherGrade[];
  solutionsToGrade(run: string, step: number, group: number, name: string): SolutionsToGrade | null;
  /** What a reward model said beside the rule; null when no solution has both. */
  opinions(run: string, question: OpinionQuestion): Opinions | null;
  checkpoints(run: string): CheckpointView[];
  benchmarks(run: string): BenchmarkView[];
  /** Those of all runs, in the order of run, suite, mode and step. */
  allBenchmarks(page: { after?: BenchmarkCursor; limit: number }): BenchmarkPage;
  problems(run: string): ProblemView[];
  logs(run: string, page: { limit: number }): LogLine[];
}

/** "Something of this run changed": what to ask again is the receiver's choice. */
export interface RunChange {
  run: string;
  /** Newest step with data. */
  upTo: number;
  /** The run appeared, vanished or changed its state or name. */
  identity: boolean;
}

/** The store as its users hold it: the same queries, answered by a worker thread. */
export type StoreClientQueries = {
  [K in keyof StoreQueries]: (...args: Parameters<StoreQueries[K]>) => Promise<ReturnType<StoreQueries[K]>>;
};
