import { klEstimate, klSlope, limitLogRatio, maxLogRatio, type KlEstimator } from './kl.js';

/** ρ = π_θ / π_old of one token, from log-probabilities. Source: DeepSeekMath, section 4.1.1. */
export const ratio = (logp: number, logpOld: number): number => Math.exp(limitLogRatio(logp - logpOld));

export interface ClipRange {
  /** ε of 1 − ε. */
  low: number;
  /** ε of 1 + ε. */
  high: number;
}

/** The paper's symmetric clip range [1 − ε, 1 + ε]. */
export const symmetric = (epsilon: number): ClipRange => ({ low: epsilon, high: epsilon });

/** min(ρÂ, clip(ρ, 1−ε, 1+ε)Â). Source: Schulman et al., PPO (arXiv 1707.06347), equation 7. */
export function clippedSurrogate(rho: number, advantage: number, { low, high }: ClipRange): number {
  const clipped = Math.min(Math.max(rho, 1 - low), 1 + high);
  return Math.min(rho * advantage, clipped * advantage);
}

/** Which side of the clip range cuts this token's gradient off, or undefined where it flows. */
export function clippedSide(rho: number, advantage: number, { low, high }: ClipRange): 'low' | 'high' | undefined {
  if (advantage > 0 && rho > 1 + high) return 'high';
  if (advantage < 0 && rho < 1 - low) return 'low';
  return undefined;
}

/** One token of a sampled output: log-probabilities under the policy, the sampling policy and the reference, and Â. */
export interface PolicyToken {
  logp: number;
  logpOld: number;
  logpRef: number;
  advantage: number;
}

/**
 * PPO's GC(q, o, t): what multiplies ∇ log π_θ(o_t) in the ascent direction, so ∂ clippedSurrogate / ∂ log π_θ: ρÂ, and 0 where
 * the clip is active. With ρ = 1 (the first update after sampling) it is the paper's A_t. The KL penalty is in the reward.
 * Source: DeepSeekMath, appendix A.1.5.
 */
export function ppoGradientCoefficient({ logp, logpOld, advantage }: Omit<PolicyToken, 'logpRef'>, clip: ClipRange): number {
  const rho = ratio(logp, logpOld);
  const flows = clippedSide(rho, advantage, clip) === undefined && Math.abs(logp - logpOld) <= maxLogRatio;
  return flows ? rho * advantage : 0;
}

export interface GrpoCoefficients {
  clip: ClipRange;
  /** Weight of the KL penalty. */
  beta: number;
  /** Its estimator; k3, the paper's, where none is named. */
  kl?: KlEstimator;
}

/** −( min(ρÂ, clip(ρ)Â) − β·KL ) of one token. Source: DeepSeekMath, equation 3. */
export function grpoTokenLoss(t: PolicyToken, { clip, beta, kl = 'k3' }: GrpoCoefficients): number {
  return beta * klEstimate(kl, t.logp, t.logpRef) - clippedSurrogate(ratio(t.logp, t.logpOld), t.advantage, clip);
}

/**
 * GRPO's GC(q, o, t), so −∂loss/∂log π_θ: ρÂ + β(π_ref/π_θ − 1), the first term 0 where the clip is active.
 * With ρ = 1 (the first update after sampling) it is the paper's Â + β(π_ref/π_θ − 1). Another KL estimator has its own slope there.
 * Source: DeepSeekMath, section 5.2.1 and appendix A.1.6.
 */
export function grpoGradientCoefficient(t: PolicyToken, { clip, beta, kl = 'k3' }: GrpoCoefficients): number {
  return ppoGradientCoefficient(t, clip) - beta * klSlope(kl, t.logp, t.logpRef);
}
