import { sigmoid, softplus } from './logistic.js';

/** log π of one output under the policy and the reference, each summed over its tokens. */
export interface ScoredOutput {
  logp: number;
  logpRef: number;
}

/** Two outputs of one question, of which the first is preferred. */
export interface PreferencePair {
  /** o⁺ */
  chosen: ScoredOutput;
  /** o⁻ */
  rejected: ScoredOutput;
}

/**
 * How far the policy's implicit rewards are apart: β log π_θ(o⁺)/π_ref(o⁺) − β log π_θ(o⁻)/π_ref(o⁻). Positive: it agrees with the pair.
 * Sums over tokens make it the DPO paper's; means over tokens, the length-normalised one that DeepSeekMath writes.
 * Source: Rafailov et al., DPO (arXiv 2305.18290), equation 7; DeepSeekMath, appendix A.1.4.
 */
export function dpoMargin({ chosen, rejected }: PreferencePair, beta: number): number {
  return beta * (chosen.logp - chosen.logpRef - (rejected.logp - rejected.logpRef));
}

/** −log σ(margin) of one pair; the pairwise loss of an outcome reward model too, with the difference of its scores. */
export const dpoLoss = (margin: number): number => softplus(-margin);

/**
 * GC(q, o, t) of every token of an output of the pair: +σ(−margin) on o⁺, −σ(−margin) on o⁻. Pairs that the policy already orders
 * well weigh little. The slope of the loss in log π_θ is −β times this: the paper leaves the constant to the learning rate.
 * Source: DeepSeekMath, section 5.2.1 and appendix A.1.4.
 */
export function dpoCoefficient(margin: number, side: 'chosen' | 'rejected'): number {
  return side === 'chosen' ? sigmoid(-margin) : -sigmoid(-margin);
}
