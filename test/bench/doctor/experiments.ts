/**
 * The runs in which failures are bred: GRPO on two-digit sums with a model of 0.1M parameters. It begins from weights that mostly state a sum and
 * get it wrong, now and then work it out and get it right: within eighty steps it learns to work it out.
 */
import type { ExperimentInput } from '../../../src/experiment/schema.js';

/** Steps of a run without a failure; one with a failure ends 31 steps after that began. */
export const steps = 75;
export const stepsAfter = 31;
/** A failure begins at a step between both. */
export const onsets = { first: 27, last: 40 };

/** Q questions of G solutions at a step. */
const [questions, groupSize] = [12, 8];

const common = {
  sampling: { questions_per_step: questions, temperature: 0.8, max_tokens: 32 },
  launch: { threads: 1 },
} satisfies Partial<ExperimentInput>;
const sums = { generator: 'arithmetic', levels: [1] } satisfies ExperimentInput['data'];

/** What the others begin with. */
export const start = (name: string, seed: number): ExperimentInput => ({
  ...common,
  name,
  seed,
  policy: { preset: 'nano-2l' },
  data: { ...sums, direct_fraction: 0.6 },
  method: { name: 'sft', batch_size: 32 },
  optimiser: { learning_rate: 4e-3, warmup_steps: 30, schedule: 'linear' },
  steps: 1000,
  benchmarks: [],
  checkpoints: { every: 1000 },
});

export type GrpoInput = ExperimentInput & { method: { name: 'grpo' } };

/** A run in which nothing is wrong. Held-out accuracy is of greedy solutions. */
export const training = (name: string, from: string, seed: number): GrpoInput => ({
  ...common,
  name,
  seed,
  policy: { from },
  data: sums,
  method: { name: 'grpo', group_size: groupSize, beta: 0.04 },
  optimiser: { learning_rate: 2e-4, warmup_steps: 5 },
  steps,
  benchmarks: [{ suite: 'held-out', size: 50, every: 5 }],
  checkpoints: { every: steps },
});

type Shape = (e: GrpoInput) => GrpoInput;

/** Ways in which healthy runs differ, taken in turns. */
export const healthyShapes: readonly Shape[] = [
  (e) => e,
  (e) => ({ ...e, method: { ...e.method, beta: 0 } }),
  (e) => ({
    ...e,
    method: { ...e.method, advantage: 'centred', aggregate: 'constant' },
    optimiser: { learning_rate: 4e-4, warmup_steps: 5 },
  }),
  (e) => ({ ...e, method: { ...e.method, clip: { low: 0.2, high: 0.28 }, aggregate: 'token', updates_per_exploration: 2 } }),
];

/** A run that gains nothing more: its learning rate is too small to. */
export const plateau: Shape = (e) => ({ ...e, optimiser: { learning_rate: 1e-6 } });
