import { mul, neg, softplus, sub } from '../graph/index.js';
import { overSequence, partnerOf, type ValueObjective } from '../model/modelObjective.js';
import type { UpdateBatch } from '../model/policy.js';
import { afterLast, markedAt, type Preference } from '../rewardModel.js';
import { everywhere } from './method.js';

/**
 * −log σ( r_φ(q, o⁺) − r_φ(q, o⁻) ), with r_φ read after the last token; `label` is +1 on o⁺ and −1 on o⁻.
 * Source: Ouyang et al. (arXiv 2203.02155), equation 1.
 */
export const preference: ValueObjective = {
  name: 'preference',
  inputs: ['label'],
  loss({ value, label, response }) {
    const score = overSequence(value, response);
    return softplus(neg(mul(label, sub(score, partnerOf(score)))));
  },
};

export function preferenceBatch(pairs: readonly Preference[]): UpdateBatch {
  const sequences = pairs.flat().map(afterLast);
  return {
    pairs: true,
    sequences,
    // A pair's loss stands at one token of each side: counted once.
    weights: sequences.map(() => 1 / sequences.length),
    own: sequences.map((s) => markedAt(s, [s.response.length - 1])),
    label: everywhere(sequences, (i) => (i % 2 === 0 ? 1 : -1)),
  };
}
