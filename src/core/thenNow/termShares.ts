/** Which share of Σ|A| each reward term carries in a range of steps. Pure. */
import { termWeights } from '../signalLedger.js';

/** Sums over the groups of a range whose advantages are known. */
export interface TermSums {
  advantageSum: number;
  /** S_k of each term, see termSignal.ts. */
  signals: readonly number[];
  /** By term, as far as the run's experiment has weights. */
  weights: Readonly<Record<string, number>>;
}

/**
 * w_k S_k / Σ|A| of each term; negative where it pulls against the others.
 * @param names of the terms, in the order of `signals`
 * @returns null where there is no advantage, or the weight is not known; `assumed`: weights are not recorded, and counting each term once gives Σ|A|
 */
export function termShares(
  names: readonly string[],
  { advantageSum, signals, weights }: TermSums,
): { shares: (number | null)[]; assumed: boolean } {
  const { weights: each, assumed } = termWeights(names, weights, { terms: signals, advantageSum });
  return { shares: each.map((w, k) => (w === null || advantageSum <= 0 ? null : (w * signals[k]) / advantageSum)), assumed };
}
