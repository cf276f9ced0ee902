/** Benchmark results: those of a run, and those of all, each with the checkpoint it speaks of. */
import { naturally } from '../../core/naturalOrder.js';
import type { Stage } from '../../core/methods.js';

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

/** As people look for them: suites and modes by name, numbers in them as numbers. */
export const inOrderOfSuites = (a: BenchmarkView, b: BenchmarkView): number =>
  naturally(a.suite, b.suite) || naturally(a.mode, b.mode) || a.step - b.step;

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
  /** Of an evaluation of weights that no run here made: what the files call them; null when they do not say. */
  model: string | null;
  /** What it was trained on: names of generators or data sets; empty when unknown. */
  trainedOn: string[];
}

/** Place of a result in the order of a run's. */
export type BenchmarkPlace = Pick<BenchmarkView, 'suite' | 'mode' | 'step'>;
/** And in the order of all. */
export interface BenchmarkCursor extends BenchmarkPlace {
  run: string;
}

export interface BenchmarkPage {
  results: BenchmarkResult[];
  /** Those that `results` mention, and their ancestors. */
  runs: BenchmarkedRun[];
  /** Null after the last page. */
  next: BenchmarkCursor | null;
}
