import { sampleGroups } from './sampleGroups.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { needed, type Method } from './method.js';
import { pairsOf } from './pairs.js';
import { preference, preferenceBatch } from './preference.js';

/**
 * An outcome reward model r_φ: data are pairs of the frozen policy's samples, right beside wrong, by a rule;
 * loss = −1/P Σ_pairs log σ( r_φ(q, o⁺) − r_φ(q, o⁻) ).
 */
export const outcomeReward = (settings: SettingsOf<'outcome-reward'>): Method => ({
  needs: { rewardModel: 'outcome' },
  updates: 1,
  async explore(e) {
    const rewardModel = needed(e.rewardModel, 'reward model');
    const sampled = await sampleGroups(e, e.policy, settings.group_size);
    const groups = sampled.map((g) => ({ ...g, solutions: g.solutions.map((s) => ({ ...s, advantage: null })) }));
    const all = groups.flatMap((g) => g.solutions);
    const pairs = pairsOf(groups).map(([right, wrong]) => [all[right].sequence, all[wrong].sequence] as const);
    rewardModel.remember(pairs);
    if (pairs.length === 0) return { groups, lessons: [] };
    return { groups, lessons: [{ model: 'reward_model', batch: preferenceBatch(pairs), objective: preference }] };
  },
});
