/** Runs the example's two experiments in order, as `npm start` does, and reports how GRPO changed held-out accuracy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkpointPath, checkpointSteps } from '../../src/engine/checkpoint.js';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import type { EventOf, RunEvent } from '../../src/protocol/events.js';
import { linesOf, prepareRun, startEngine } from '../builders/engineRun.js';
import { watchMemory } from './memory.js';

export interface ChainResult {
  /** Greedy accuracy on the test questions before and after GRPO. */
  before: number;
  after: number;
  n: number;
  seconds: { sft: number; grpo: number };
  /** Largest resident memory of the trainer; null where the system does not tell. */
  peakBytes: number | null;
}

/** @param overrides replace keys of both experiments, e.g. their benchmarks */
export async function runChain(root: string, runs: string, seed: number, overrides: Partial<ExperimentInput> = {}): Promise<ChainResult> {
  const experiment = (name: string): ExperimentInput => ({
    ...(parse(readFileSync(join(root, 'examples', 'arithmetic', `${name}.experiment.yaml`), 'utf8')) as ExperimentInput),
    ...overrides,
    seed,
  });
  const sft = await finish(prepareRun(runs, 'sft', experiment('arith-sft')));
  const step = checkpointSteps(join(runs, 'sft')).at(-1)!;
  const parent = { run: 'sft', step, checkpoint: checkpointPath(step) };
  const runDir = prepareRun(runs, 'grpo', experiment('arith-grpo'), parent);
  const grpo = await finish(runDir);
  const results = benchmarks(runDir);
  return {
    before: Number(results[0].value),
    after: Number(results[results.length - 1].value),
    n: results[0].n,
    seconds: { sft: sft.seconds, grpo: grpo.seconds },
    peakBytes: grpo.peakBytes === null ? null : Math.max(sft.peakBytes ?? 0, grpo.peakBytes),
  };
}

async function finish(runDir: string): Promise<{ seconds: number; peakBytes: number | null }> {
  const started = performance.now();
  const { child, ended } = startEngine(runDir);
  const peak = watchMemory(child.pid!);
  const end = await ended;
  const peakBytes = peak();
  if (end.code !== 0) throw new Error(`The trainer ended with ${end.code ?? end.signal}: ${end.stderr}`);
  return { seconds: (performance.now() - started) / 1000, peakBytes };
}

const benchmarks = (runDir: string): EventOf<'benchmark'>[] =>
  linesOf(runDir)
    .map((line) => line as RunEvent)
    .filter((e): e is EventOf<'benchmark'> => e.type === 'benchmark');
