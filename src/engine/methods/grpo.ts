import { outcomeAdvantages } from '../../core/advantages.js';
import { maxLogRatio } from '../../core/kl.js';
import { symmetric } from '../../core/objective.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { clip, exp, min, mul, neg, sub } from '../graph/index.js';
import type { TokenObjective } from '../model/objective.js';
import { sampleGroups } from '../sampling.js';
import { perOutputMean, type Group, type Method } from './method.js';

/**
 * Group Relative Policy Optimization with outcome supervision. For each question, G outputs of the current policy;
 * Â_i from their rewards alone; then μ updates that maximise
 *
 *     1/G Σ_i 1/|o_i| Σ_t { min( ρ_it Â_i, clip(ρ_it, 1−ε, 1+ε) Â_i ) − β D_it }
 *
 * with D the k3 estimate of KL(π_θ ‖ π_ref), inside the loss. Source: DeepSeekMath, section 4.1, equations 3 and 4.
 */
export function grpo(settings: SettingsOf<'grpo'>): Method {
  return {
    objective: grpoObjective(settings.clip, settings.beta),
    updates: settings.updates_per_exploration,
    clip: symmetric(settings.clip),
    async explore(e) {
      const { reference } = e;
      if (!reference) throw new Error('GRPO needs a reference policy.');
      const sampled = await sampleGroups(e, settings.group_size);
      const sequences = sampled.flatMap((g) => g.solutions.map((s) => s.sequence));
      const refScores = await e.phase('train', () => reference.score(sequences));

      let n = 0;
      const groups = sampled.map(({ task, solutions }): Group => {
        const advantages = outcomeAdvantages(solutions.map((s) => s.reward.total));
        return { task, solutions: solutions.map((s, i) => ({ ...s, advantage: advantages[i], logpRef: refScores[n++].logp })) };
      });

      const all = groups.flatMap((g) => g.solutions);
      const batch = {
        sequences,
        weights: perOutputMean(sequences),
        advantage: all.map((s) => new Float32Array(s.sequence.response.length).fill(s.advantage)),
        logpOld: all.map((s) => s.sample.logp),
        logpRef: all.map((s) => s.logpRef),
      };
      return { batch, groups };
    },
  };
}

/** −( min(ρÂ, clip(ρ, 1−ε, 1+ε)Â) − β·k3 ) of one token; its slope is the paper's gradient coefficient. */
export const grpoObjective = (epsilon: number, beta: number): TokenObjective => ({
  name: 'grpo',
  inputs: ['advantage', 'logpOld', 'logpRef'],
  loss({ logp, advantage, logpOld, logpRef }) {
    const ratio = exp(clip(sub(logp, logpOld), -maxLogRatio, maxLogRatio));
    const surrogate = min(mul(ratio, advantage), mul(clip(ratio, 1 - epsilon, 1 + epsilon), advantage));
    const toReference = clip(sub(logpRef, logp), -maxLogRatio, maxLogRatio);
    const k3 = sub(sub(exp(toReference), toReference), 1);
    return neg(sub(surrogate, mul(k3, beta)));
  },
});
