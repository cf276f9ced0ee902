import { sampleGroups } from './sampleGroups.js';
import type { SettingsOf } from '../../experiment/schema.js';
import type { Explorer } from './method.js';
import { pairsOf } from './pairs.js';
import { preference, preferenceBatch } from './preference.js';

export type Iterations = NonNullable<SettingsOf<'grpo'>['iterations']>;

/**
 * The outer loop of iterative GRPO: π_ref ← π_θ, then the reward model, when there is one, continues on fresh samples of the
 * policy mixed with a share of historical ones. Source: DeepSeekMath, algorithm 1 and section 4.1.4.
 */
export async function beginIteration(e: Explorer, { replay, reward_updates }: Iterations): Promise<void> {
  e.reference?.parameters.set(e.policy.parameters);
  const { rewardModel } = e;
  if (rewardModel?.kind !== 'outcome') return;
  for (let i = 0; i < reward_updates; i++) {
    const groups = await sampleGroups(e, e.policy, samplesPerQuestion);
    const all = groups.flatMap((g) => g.solutions);
    const fresh = pairsOf(groups).map(([right, wrong]) => [all[right].sequence, all[wrong].sequence] as const);
    if (fresh.length === 0) continue;
    const { history } = rewardModel;
    // A share x of the whole is x/(1 − x) of the fresh ones.
    const old = history.length === 0 || replay === 1 ? 0 : Math.round((fresh.length * replay) / (1 - replay));
    const replayed = Array.from({ length: old }, () => history[Math.floor(e.random() * history.length)]);
    rewardModel.remember(fresh);
    await e.phase('train', () => rewardModel.model.update(preferenceBatch([...fresh, ...replayed]), preference, e.optimiser));
  }
}

/** Solutions per question that the reward model's pairs are made of, as when it was first trained. */
const samplesPerQuestion = 8;
