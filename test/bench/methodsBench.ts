/** The paper's comparison at small scale: every method from the same SFT checkpoint, with the same samples, over several seeds. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { meanInterval, pairedInterval, type MeanInterval } from '../../src/core/estimators.js';
import { mean } from '../../src/core/stats.js';
import { checkpointPath, checkpointSteps } from '../../src/engine/checkpoint.js';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import type { EventOf, RunEvent } from '../../src/protocol/events.js';
import type { RunIdentity } from '../../src/protocol/runFiles.js';
import { eventsSoFar, prepareRun, startEngine } from '../builders/engineRun.js';
import { watchMemory } from './memory.js';

/** Samples per step are 32 · 16 for every method that samples; K of Maj@K and Pass@K. */
const [questions, groupSize, steps, samples] = [32, 16, 100, 16];
const sampling = { questions_per_step: questions, temperature: 0.8, max_tokens: 32 };
const data: ExperimentInput['data'] = { generator: 'arithmetic', levels: [1] };

const common: Omit<ExperimentInput, 'name' | 'method'> = {
  policy: { from: 'sft' },
  data,
  sampling,
  optimiser: { learning_rate: 5e-4, warmup_steps: 10, schedule: 'linear' },
  steps,
  benchmarks: [{ suite: 'held-out', size: 200, every: steps, samples, temperature: 0.8 }],
  checkpoints: { every: steps },
  launch: { threads: 1 },
};

const sft: ExperimentInput = {
  ...common,
  name: 'sft',
  policy: { preset: 'nano-2l' },
  method: { name: 'sft', batch_size: 32 },
  optimiser: { learning_rate: 4e-3, warmup_steps: 30, schedule: 'linear' },
  steps: 400,
  benchmarks: [{ suite: 'held-out', size: 200, every: 400, samples, temperature: 0.8 }],
  checkpoints: { every: 400 },
};

/** Reward models learn longer than they need to at this size; their learning rate is that of SFT, divided by four. */
const rewardModels: Record<string, ExperimentInput> = {
  orm: { ...common, name: 'orm', method: { name: 'outcome-reward', group_size: groupSize }, ...rewardSettings() },
  prm: { ...common, name: 'prm', method: { name: 'process-reward', group_size: 4, rollouts: 4 }, ...rewardSettings() },
};

function rewardSettings(): Pick<ExperimentInput, 'optimiser' | 'benchmarks'> {
  return {
    optimiser: { learning_rate: 1e-3, warmup_steps: 10, schedule: 'linear' },
    benchmarks: [{ suite: 'validation', size: 100, every: steps }],
  };
}

const grpo = { name: 'grpo', group_size: groupSize } as const;
const methods: Record<string, Pick<ExperimentInput, 'method' | 'reward' | 'optimiser'> & { rewardModel?: string }> = {
  RFT: { method: { name: 'rft', group_size: groupSize } },
  'Online RFT': { method: { name: 'online-rft', group_size: groupSize } },
  // At the learning rate of the others both sides of its pairs lose their probability, and accuracy with it.
  DPO: { method: { name: 'dpo', group_size: groupSize }, optimiser: { ...common.optimiser, learning_rate: 5e-5 } },
  PPO: { method: { name: 'ppo', group_size: groupSize } },
  'GRPO, outcome': { method: grpo },
  'GRPO, process': {
    method: { ...grpo, supervision: 'process' },
    reward: [{ term: 'correct' }, { term: 'reward_model', from: 'prm' }],
    rewardModel: 'prm',
  },
  'GRPO, iterative': {
    method: { ...grpo, iterations: { every: 25, reward_updates: 8 } },
    reward: [{ term: 'correct' }, { term: 'reward_model', from: 'orm' }],
    rewardModel: 'orm',
  },
};

/** Fractions by mode (`greedy`, `maj@16`, `pass@16`, …), of one seed. */
type Scores = Record<string, number>;

export interface MethodResult {
  name: string;
  /** One per seed, in order. */
  scores: Scores[];
  secondsPerStep: number[];
  peakBytes: number[];
}

/** @param runs where the runs are kept: finished ones are not run again @param done hears of each run that is there */
export async function compareMethods(runs: string, seeds: readonly number[], done: (what: string) => void): Promise<MethodResult[]> {
  const results = new Map<string, MethodResult>();
  const note = (name: string, scores: Scores, run?: Finished) => {
    const result = results.get(name) ?? { name, scores: [], secondsPerStep: [], peakBytes: [] };
    results.set(name, result);
    result.scores.push(scores);
    if (run) {
      result.secondsPerStep.push(run.secondsPerStep);
      if (run.peakBytes !== null) result.peakBytes.push(run.peakBytes);
    }
  };
  for (const seed of seeds) {
    const folder = join(runs, `seed-${seed}`);
    const base = await finish(folder, 'sft', { ...sft, seed }, null, null);
    note('base (no training)', base.first);
    note('SFT', base.last);
    const parent = lastOf(folder, 'sft');
    for (const [id, experiment] of Object.entries(rewardModels)) await finish(folder, id, { ...experiment, seed }, parent, null);
    for (const [name, { rewardModel, ...settings }] of Object.entries(methods)) {
      const id = name.toLowerCase().replaceAll(/\W+/g, '-');
      const run = await finish(
        folder,
        id,
        { ...common, ...settings, name: id, seed },
        parent,
        rewardModel === undefined ? null : lastOf(folder, rewardModel),
      );
      note(name, run.last, run);
      done(`seed ${seed}, ${name}: greedy ${percent(run.last.greedy)}`);
    }
  }
  return [...results.values()];
}

interface Finished {
  first: Scores;
  last: Scores;
  secondsPerStep: number;
  peakBytes: number | null;
}

const lastOf = (folder: string, run: string): NonNullable<RunIdentity['parent']> => {
  const step = checkpointSteps(join(folder, run)).at(-1)!;
  return { run, step, checkpoint: checkpointPath(step) };
};

async function finish(
  folder: string,
  id: string,
  experiment: ExperimentInput,
  parent: RunIdentity['parent'],
  rewardModel: RunIdentity['parent'],
): Promise<Finished> {
  const runDir = join(folder, id);
  const isOver = () => eventsSoFar(runDir).some((e) => e.type === 'status' && e.state === 'finished');
  if (!isOver()) {
    const there = existsSync(runDir);
    if (!there) prepareRun(folder, id, experiment, parent, rewardModel);
    const { child, ended } = startEngine(runDir, { resume: there });
    const peak = watchMemory(child.pid!);
    const end = await ended;
    // Kept beside the run, for a comparison that goes on later.
    writeFileSync(join(runDir, 'peak-bytes'), String(peak() ?? ''));
    if (end.code !== 0) throw new Error(`${id} ended with ${end.code ?? end.signal}: ${end.stderr}`);
  }
  const recorded = readFileSync(join(runDir, 'peak-bytes'), 'utf8');
  const peakBytes = recorded === '' ? null : Number(recorded);
  const events = eventsSoFar(runDir);
  const of = <T extends RunEvent['type']>(type: T) => events.filter((e): e is EventOf<T> => e.type === type);
  const at = (step: number): Scores =>
    Object.fromEntries(of('benchmark').flatMap((b) => (b.step === step ? [[b.mode, Number(b.value)]] : [])));
  const seconds = of('metrics')
    .slice(1)
    .map((m) => Number(m.values['seconds/step']) - Number(m.values['seconds/evaluate']));
  return { first: at(0), last: at(experiment.steps), secondsPerStep: mean(seconds), peakBytes };
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
const interval = ({ mean: m, low, high }: MeanInterval): string =>
  `${(100 * m).toFixed(1)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;

/** The comparison as a Markdown table: means over the seeds with 95 % intervals, and the change against SFT of the same seed. */
export function tableOf(results: readonly MethodResult[]): string {
  const before = results.find((r) => r.name === 'SFT')!;
  const column = (r: MethodResult, mode: string) => r.scores.map((s) => s[mode]);
  const rows = results.map((r) => {
    const change = r.scores.length < 2 || r === before ? '' : interval(pairedInterval(column(before, 'greedy'), column(r, 'greedy')));
    const cells = ['greedy', `maj@${samples}`, `pass@${samples}`].map((mode) => interval(meanInterval(column(r, mode))));
    return `| ${[r.name, ...cells, change].join(' | ')} |`;
  });
  return [`| method | greedy | Maj@${samples} | Pass@${samples} | greedy against SFT |`, '|---|---|---|---|---|', ...rows].join('\n');
}
