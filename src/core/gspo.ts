import { limitLogRatio, maxLogRatio } from './kl.js';
import { clippedSide, clippedSurrogate, type ClipRange } from './objective.js';

/** One sampled output: log-probabilities of its tokens under the policy and the sampling policy, and its Â. */
export interface PolicyOutput {
  logp: ArrayLike<number>;
  logpOld: ArrayLike<number>;
  advantage: number;
}

/**
 * The length-normalised ratio of a whole output: s = (π_θ(o)/π_old(o))^(1/|o|) = exp( mean_t( log π_θ(o_t) − log π_old(o_t) ) ).
 * @returns 1 for an output without tokens
 * Source: Zheng et al., "Group Sequence Policy Optimization" (arXiv 2507.18071), equation 7.
 */
export const sequenceRatio = (logp: ArrayLike<number>, logpOld: ArrayLike<number>): number =>
  Math.exp(limitLogRatio(meanLogRatio(logp, logpOld)));

/** −min(sÂ, clip(s)Â) of one output. The clip range is far narrower than a token's: the paper's is 3·10⁻⁴ and 4·10⁻⁴. Source: equation 5. */
export function gspoSequenceLoss({ logp, logpOld, advantage }: PolicyOutput, clip: ClipRange): number {
  return -clippedSurrogate(sequenceRatio(logp, logpOld), advantage, clip);
}

/**
 * GC(q, o, t), the same for every token of the output: sÂ, and 0 where the clip is active. It stands under the paradigm's 1/|o|:
 * ∂loss/∂log π_θ(o_t) is −GC/|o|. Source: section 4.2.
 */
export function gspoCoefficient({ logp, logpOld, advantage }: PolicyOutput, clip: ClipRange): number {
  const s = sequenceRatio(logp, logpOld);
  const flows = clippedSide(s, advantage, clip) === undefined && Math.abs(meanLogRatio(logp, logpOld)) <= maxLogRatio;
  return flows ? s * advantage : 0;
}

function meanLogRatio(logp: ArrayLike<number>, logpOld: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < logp.length; t++) sum += logp[t] - logpOld[t];
  return logp.length === 0 ? 0 : sum / logp.length;
}
