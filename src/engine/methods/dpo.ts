import { sampleGroups } from './sampleGroups.js';
import { dpoCoefficient, dpoMargin } from '../../core/preferencePair.js';
import { mean, share } from '../../core/stats.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { mul, neg, softplus, sub } from '../graph/index.js';
import { overSequence, partnerOf, type TokenObjective } from '../model/modelObjective.js';
import { everywhere, needed, ofOwn, ownTokens, type Method } from './method.js';
import { pairsOf } from './pairs.js';

/**
 * Direct preference optimisation: data are pairs (o⁺, o⁻) of the SFT model's samples, right beside wrong, and
 *
 *     loss = −1/P Σ_pairs log σ( β Σ_t log π_θ(o⁺_t)/π_ref(o⁺_t) − β Σ_t log π_θ(o⁻_t)/π_ref(o⁻_t) )
 *
 * Source: Rafailov et al. (arXiv 2305.18290), equation 7; DeepSeekMath, appendix A.1.4.
 */
export function dpo(settings: SettingsOf<'dpo'>): Method {
  const objective = dpoObjective(settings.beta);
  return {
    needs: { reference: true },
    updates: 1,
    async explore(e) {
      const sampled = await sampleGroups(e, needed(e.reference, 'reference policy'), settings.group_size);
      const all = sampled.flatMap((g) => g.solutions);
      const rows = pairsOf(sampled).flat();
      const chosen = rows.map((i) => all[i]);
      const sequences = chosen.map((s) => s.sequence);
      const scores = await e.phase('train', () => e.policy.score(sequences));

      // A token's coefficient is the same for all of a pair; solutions without a partner have none.
      const coefficients = new Map<number, number>();
      const margins: number[] = [];
      const total = (x: Float32Array) => x.reduce((a, b) => a + b, 0);
      for (let i = 0; i < rows.length; i += 2) {
        const side = (j: number) => ({ logp: total(ofOwn(scores[j].logp, chosen[j])), logpRef: total(chosen[j].sample.logp) });
        const margin = dpoMargin({ chosen: side(i), rejected: side(i + 1) }, settings.beta);
        margins.push(margin);
        coefficients.set(rows[i], dpoCoefficient(margin, 'chosen')).set(rows[i + 1], dpoCoefficient(margin, 'rejected'));
      }
      let n = 0;
      const groups = sampled.map(({ task, solutions }) => ({
        task,
        solutions: solutions.map((s) => ({ ...s, advantage: coefficients.get(n++) ?? 0, logpRef: s.sample.logp })),
      }));

      const batch = {
        pairs: true,
        sequences,
        // A pair's loss stands at each token of both: counted once.
        weights: sequences.map((s) => 1 / (sequences.length * s.response.length)),
        own: ownTokens(chosen),
        label: everywhere(sequences, (i) => (i % 2 === 0 ? 1 : -1)),
        logpRef: chosen.map((s) => s.sample.logp),
      };
      if (rows.length === 0) return { groups, lessons: [] };
      const values = { 'dpo/margin': mean(margins), 'dpo/accuracy': share(margins, (m) => m > 0) };
      return { groups, rows, lessons: [{ model: 'policy', batch, objective }], values };
    },
  };
}

/** −log σ(margin) = log(1 + e^(−margin)); `label` is +1 on o⁺ and −1 on o⁻, which turns the difference to o⁺ − o⁻ on both sides. */
export const dpoObjective = (beta: number): TokenObjective => ({
  name: 'dpo',
  inputs: ['logpRef', 'label'],
  loss({ logp, logpRef, label, response }) {
    const logRatio = overSequence(sub(logp, logpRef), response);
    const margin = mul(mul(label, sub(logRatio, partnerOf(logRatio))), beta);
    return softplus(neg(margin));
  },
});
