/** Runs the example's two experiments in order, as `npm start` does, and reports how GRPO changed held-out accuracy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkpointPath, checkpointSteps } from '../../src/engine/checkpoint.js';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import type { EventOf, RunEvent } from '../../src/protocol/events.js';
import { linesOf, prepareRun, startEngine } from '../builders/engineRun.js';

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
  let peakBytes: number | null = null;
  const watch = setInterval(() => (peakBytes = highWater(child.pid!) ?? peakBytes), 250);
  const end = await ended;
  clearInterval(watch);
  if (end.code !== 0) throw new Error(`The trainer ended with ${end.code ?? end.signal}: ${end.stderr}`);
  return { seconds: (performance.now() - started) / 1000, peakBytes };
}

/** VmHWM: the most memory a process has held so far. Linux only; null elsewhere, and when the process has just ended. */
function highWater(pid: number): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : 1024 * Number(kilobytes);
  } catch {
    return null;
  }
}

const benchmarks = (runDir: string): EventOf<'benchmark'>[] =>
  linesOf(runDir)
    .map((line) => line as RunEvent)
    .filter((e): e is EventOf<'benchmark'> => e.type === 'benchmark');
