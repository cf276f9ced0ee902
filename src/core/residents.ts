/** Which models a training method holds in memory, and which of them it trains. */

export const trainingMethods = ['sft', 'rft', 'online-rft', 'dpo', 'rm', 'ppo', 'grpo'] as const;
export type TrainingMethod = (typeof trainingMethods)[number];

export const models = ['policy', 'reference', 'reward', 'critic'] as const;
export type Model = (typeof models)[number];

export interface Resident {
  model: Model;
  /** Holds gradients and optimiser state beside its weights. */
  trained: boolean;
}

/** What a person may decide about a method's models. */
export interface ResidentChoices {
  /** A learned reward model, rather than a rule that needs no memory. */
  rewardModel: boolean;
  /** A frozen reference for the KL term (β > 0). DPO has one always. */
  reference: boolean;
}

const samples: Record<TrainingMethod, boolean> = {
  sft: false,
  rft: false,
  'online-rft': true,
  dpo: false,
  rm: false,
  ppo: true,
  grpo: true,
};

/** Whether the method samples from the policy while it trains. */
export const samplesOnline = (method: TrainingMethod): boolean => samples[method];

/**
 * The models that must be resident, all of the policy's size. GRPO does without PPO's critic: 3 models rather than 4.
 * Source: DeepSeekMath (arXiv 2402.03300), figure 4, and table 10 for the others.
 */
export function residents(method: TrainingMethod, { rewardModel, reference }: ResidentChoices): Resident[] {
  if (method === 'rm') return [{ model: 'reward', trained: true }];
  const held: Resident[] = [{ model: 'policy', trained: true }];
  if (method === 'dpo' || ((method === 'ppo' || method === 'grpo') && reference)) held.push({ model: 'reference', trained: false });
  if (samplesOnline(method) && rewardModel) held.push({ model: 'reward', trained: false });
  if (method === 'ppo') held.push({ model: 'critic', trained: true });
  return held;
}
