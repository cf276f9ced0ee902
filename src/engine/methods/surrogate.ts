import { maxLogRatio, type KlEstimator } from '../../core/kl.js';
import { symmetric, type ClipRange } from '../../core/objective.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { clip as limit, div, exp, min, mul, neg, square, sub, sum, type Node } from '../graph/index.js';
import { overSequence, type TokenObjective } from '../model/modelObjective.js';

export interface SurrogateSettings {
  clip: ClipRange;
  /** Weight of the KL penalty in the loss; 0 leaves it out. */
  beta: number;
  /** A ratio per token, or one per sequence: the geometric mean (GSPO, arXiv 2507.18071, equation 7). */
  ratio: 'token' | 'sequence';
  kl: KlEstimator;
}

/** One number is the paper's symmetric range, two are DAPO's. */
export const clipRange = (clip: SettingsOf<'grpo'>['clip']): ClipRange => (typeof clip === 'number' ? symmetric(clip) : clip);

/**
 * −( min(ρÂ, clip(ρ, 1−ε_low, 1+ε_high)Â) − β·KL ) of one token; its slope is the gradient coefficient of PPO (β = 0) and GRPO.
 * Sources: PPO, equation 7; DeepSeekMath, equations 3 and 4.
 */
export const surrogateObjective = ({ clip, beta, ratio, kl }: SurrogateSettings): TokenObjective => ({
  name: `surrogate-${ratio}-${kl}`,
  inputs: ['advantage', 'logpOld', ...(beta === 0 ? [] : (['logpRef'] as const))],
  loss({ logp, advantage, logpOld, logpRef, response }) {
    const difference = sub(logp, logpOld);
    const logRatio = ratio === 'token' ? difference : div(overSequence(difference, response), sum(response, [0]));
    const rho = exp(limit(logRatio, -maxLogRatio, maxLogRatio));
    const surrogate = min(mul(rho, advantage), mul(limit(rho, 1 - clip.low, 1 + clip.high), advantage));
    return neg(beta === 0 ? surrogate : sub(surrogate, mul(klNode(kl, logp, logpRef), beta)));
  },
});

/** The estimators of core/kl.ts as graphs. */
function klNode(kind: KlEstimator, logp: Node, logpRef: Node): Node {
  const x = sub(logp, logpRef);
  switch (kind) {
    case 'k1':
      return x;
    case 'k2':
      return mul(square(x), 0.5);
    case 'k3': {
      const toReference = limit(neg(x), -maxLogRatio, maxLogRatio);
      return sub(sub(exp(toReference), toReference), 1);
    }
  }
}
