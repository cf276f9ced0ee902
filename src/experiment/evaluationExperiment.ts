/** The experiments that run benchmarks on a checkpoint or on a server's model: what "Evaluate…" and `grpo-lab eval` launch. */
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

/** What a server is asked. */
export interface EndpointEvaluation {
  url: string;
  /** As the server calls it. */
  model: string;
  benchmarks: readonly BenchmarkRequest[];
  /** Name of the experiment; made of the model's when left out. */
  name?: string;
  /** Longest solution. */
  maxTokens?: number;
  /** Questions asked at the same time. */
  atOnce?: number;
  seed?: number;
}

/** @returns the text of an experiment file that asks a server the questions of benchmarks */
export function endpointEvaluationText({ url, model, benchmarks, name, maxTokens = 1024, atOnce, seed }: EndpointEvaluation): string {
  const input: ExperimentInput = {
    name: name ?? endpointEvaluationName(model),
    description: `Benchmarks of ${model} at ${url}.`,
    backend: 'endpoint',
    policy: { endpoint: { url, model, ...(atOnce !== undefined && { at_once: atOnce }) } },
    method: { name: 'evaluate' },
    data: { dataset: benchmarks.map((b) => ('file' in b ? b.file : b.suite)).join(', ') },
    sampling: { max_tokens: maxTokens },
    steps: benchmarks.length,
    benchmarks: [...benchmarks],
    ...(seed !== undefined && { seed }),
  };
  return stringify(input);
}

/** `Qwen/Qwen2.5-7B` → `Qwen2.5-7B-eval`; characters that a name may not have become `-`. */
export function endpointEvaluationName(model: string): string {
  const last = model.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const plain = last
    .replace(/\.gguf$/i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 59);
  return `${plain === '' ? 'endpoint' : plain}-eval`;
}
