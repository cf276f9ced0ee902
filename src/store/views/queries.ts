/** Every question that the store answers, by name. */
import type { BenchmarkCursor, BenchmarkPage, BenchmarkView } from './benchmarks.js';
import type { Constant } from './constants.js';
import type { GroupDetail, GroupSummary } from './groups.js';
import type { OpinionQuestion, Opinions } from './opinions.js';
import type { CheckpointView, LogLine, ProblemView } from './records.js';
import type { Direction, DisagreementPage, OtherGrade, RegradeSummary, SolutionsToGrade } from './regrades.js';
import type { RewardHistogram } from './rewards.js';
import type { RunDetail, RunSummary } from './runs.js';
import type { RunSeries, SeriesQuestion } from './series.js';
import type { SolutionDetail, Trace } from './solutions.js';
import type { StepSummary } from './steps.js';
import type { Trend } from './trends.js';

/** Every query, by name. The worker answers them; nobody else writes SQL. */
export interface StoreQueries {
  runs(): RunSummary[];
  run(id: string): RunDetail | null;
  /** Newest first. */
  steps(run: string, page: { before?: number; limit: number }): StepSummary[];
  step(run: string, step: number): StepSummary | null;
  /** Steps that have groups, newest first; all when there is no limit. */
  groupSteps(run: string, page: { limit?: number | undefined }): number[];
  /** Metrics with the same value at each of at least so many steps. */
  constants(run: string, atLeast: number): Constant[];
  /** How the rewards of a step's solutions are spread. */
  rewards(run: string, step: number): RewardHistogram;
  /** The metrics of one chart, thinned together to what it has room for. */
  series(runs: string[], question: SeriesQuestion): RunSeries[];
  trends(run: string, metrics: string[], room: number): Trend[];
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

/** The store as its users hold it: the same queries, answered by a worker thread. */
export type StoreClientQueries = {
  [K in keyof StoreQueries]: (...args: Parameters<StoreQueries[K]>) => Promise<ReturnType<StoreQueries[K]>>;
};
