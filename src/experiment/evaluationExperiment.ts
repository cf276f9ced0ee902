/** The experiment that runs benchmarks on a checkpoint: what "Evaluate" and `grpo-lab eval` launch. */
import { stringify } from 'yaml';
import type { Benchmark, SuiteName } from './benchmarkSuites.js';
import type { EmbeddedExperiment, ExperimentInput } from './schema.js';

/** A run's checkpoint. */
export interface EvaluatedCheckpoint {
  run: string;
  step: number;
  /** The run's experiment, as it was. */
  experiment: Pick<EmbeddedExperiment, 'name' | 'data' | 'sampling' | 'seed' | 'launch'>;
}

export type BenchmarkRequest = ({ suite: SuiteName } | { file: string }) &
  Partial<Pick<Benchmark, 'size' | 'samples' | 'temperature' | 'shots'>>;

/** @returns the text of an experiment file; its questions, token limit and threads are those of the run it evaluates */
export function evaluationText({ run, step, experiment }: EvaluatedCheckpoint, benchmarks: readonly BenchmarkRequest[]): string {
  const { data, sampling, seed, launch } = experiment;
  const input: ExperimentInput = {
    name: `${experiment.name.slice(0, 59)}-eval`,
    description: `Benchmarks of ${run}, step ${step}.`,
    policy: { from: `${run}@${step}` },
    method: { name: 'evaluate' },
    data,
    sampling: { max_tokens: sampling.max_tokens },
    steps: benchmarks.length,
    benchmarks: [...benchmarks],
    checkpoints: { every: 1, keep: 1 },
    seed,
    ...(launch.threads !== undefined && { launch: { threads: launch.threads } }),
  };
  return stringify(input);
}
