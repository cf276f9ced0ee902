/** Which models a training method holds in memory, and which of them it trains. */
import { memoryOf, type Holding, type MemoryMethod, type Model } from './methods.js';

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

/** Whether the method samples from the policy while it trains. */
export const samplesOnline = (method: MemoryMethod): boolean => memoryOf[method].online;

/** The models that must be resident, all of the policy's size. GRPO does without PPO's critic: 3 models rather than 4. */
export function residents(method: MemoryMethod, { rewardModel, reference }: ResidentChoices): Resident[] {
  const inMemory: Record<Holding, boolean> = { trained: true, frozen: true, 'for-kl': reference, 'when-learned': rewardModel };
  return (Object.entries(memoryOf[method].holds) as [Model, Holding][])
    .filter(([, holding]) => inMemory[holding])
    .map(([model, holding]) => ({ model, trained: holding === 'trained' }));
}
