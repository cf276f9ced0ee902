/** What is compared: every method from the same SFT checkpoint, with as many samples a step. */
import type { ExperimentInput } from '../../../src/experiment/schema.js';

/** Samples per step are 32 · 16 for every method that samples; K of Maj@K and Pass@K. */
const [questions, groupSize] = [32, 16];
export const samples = 16;
const steps = 300;

const benchmark = { suite: 'held-out', size: 200, samples, temperature: 0.8 } as const;

const common: Omit<ExperimentInput, 'name' | 'method'> = {
  policy: { from: 'sft' },
  data: { generator: 'arithmetic', levels: [1] },
  sampling: { questions_per_step: questions, temperature: 0.8, max_tokens: 32 },
  optimiser: { learning_rate: 5e-4, warmup_steps: 10, schedule: 'linear' },
  steps,
  benchmarks: [{ ...benchmark, every: steps }],
  checkpoints: { every: steps },
  launch: { threads: 1 },
};

export const sft: ExperimentInput = {
  ...common,
  name: 'sft',
  policy: { preset: 'nano-2l' },
  method: { name: 'sft', batch_size: 32 },
  optimiser: { learning_rate: 4e-3, warmup_steps: 30, schedule: 'linear' },
  steps: 400,
  benchmarks: [{ ...benchmark, every: 400 }],
  checkpoints: { every: 400 },
};

const rewardModel: Pick<ExperimentInput, 'optimiser' | 'steps' | 'benchmarks' | 'checkpoints'> = {
  optimiser: { learning_rate: 1e-3, warmup_steps: 10, schedule: 'linear' },
  steps: 100,
  benchmarks: [{ suite: 'validation', size: 100, every: 100 }],
  checkpoints: { every: 100 },
};

/** Trained before what asks them. */
export const rewardModels = {
  orm: { ...common, ...rewardModel, name: 'orm', method: { name: 'outcome-reward', group_size: groupSize } },
  prm: { ...common, ...rewardModel, name: 'prm', method: { name: 'process-reward', group_size: 4, rollouts: 4 } },
} satisfies Record<string, ExperimentInput>;

export interface Compared {
  /** As the table has it. */
  title: string;
  rewardModel?: keyof typeof rewardModels;
  experiment: ExperimentInput;
}

/** The others stay as `common` has them; learning rates were chosen on seeds of their own, by validation questions. */
type Change = Pick<ExperimentInput, 'method'> & { lr?: number };

const compared = (title: string, { method, lr }: Change, asks?: Compared['rewardModel']): Compared => ({
  title,
  ...(asks && { rewardModel: asks }),
  experiment: {
    ...common,
    name: title.toLowerCase().replaceAll(/\W+/g, '-'),
    method,
    ...(lr !== undefined && { optimiser: { ...common.optimiser, learning_rate: lr } }),
    ...(asks && { reward: [{ term: 'correct' }, { term: 'reward_model', from: asks, weight: 0.3 }] }),
  },
});

const grpo = { name: 'grpo', group_size: groupSize } as const;
/**
 * Where a reward model has its say, advantages are not divided by their deviation: in a group without a right solution its opinion
 * alone, however faint, would become a whole advantage.
 */
const judged = { ...grpo, advantage: 'centred' } as const;

export const methods: readonly Compared[] = [
  compared('RFT', { method: { name: 'rft', group_size: groupSize } }),
  compared('Online RFT', { method: { name: 'online-rft', group_size: groupSize }, lr: 1e-4 }),
  // With the usual β of 0.1 both sides of its pairs lose their probability at any learning rate, and accuracy with it.
  compared('DPO', { method: { name: 'dpo', group_size: groupSize, beta: 0.5 }, lr: 2e-5 }),
  compared('PPO', { method: { name: 'ppo', group_size: groupSize } }),
  compared('GRPO, outcome', { method: grpo }),
  compared('GRPO, process', { method: { ...judged, supervision: 'process' } }, 'prm'),
  compared('GRPO, iterative', { method: { ...judged, iterations: { every: 75, reward_updates: 8 } } }, 'orm'),
];

/** A few steps of a method, for what they cost. */
export const short = (title: string): ExperimentInput => {
  const { experiment } = methods.find((m) => m.title === title)!;
  return { ...experiment, steps: 20, benchmarks: [], checkpoints: { every: 20 } };
};
