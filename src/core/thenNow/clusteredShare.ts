/** A share of solutions that come in groups: those of one question are more alike than those of several. Pure. */
import { wilsonInterval, type MeanInterval } from '../estimators.js';

/** Sums over the groups g of a range: m_g solutions, of which y_g have what is counted. */
export interface ClusterSums {
  /** Groups, Σ m_g, Σ m_g². */
  groups: number;
  solutions: number;
  sizeSquares: number;
  /** Σ y_g, Σ y_g², Σ y_g m_g. */
  having: number;
  squares: number;
  products: number;
}

/**
 * By how much the variance of the share p = Σ y_g / Σ m_g is larger than that of independent solutions, p(1 − p)/Σ m_g: as a ratio over groups it is
 * G/(G − 1) · Σ (y_g − p m_g)² / (Σ m_g)².
 * @returns from 1 (solutions of a group are independent) to Σ m_g / G (they say all the same); null where it is not known: of one group, or where all or none have it
 * Source: Cochran, Sampling Techniques (1977), sections 9A.3 (a ratio over clusters) and 4.11 (design effect).
 */
export function designEffect({ groups, solutions, sizeSquares, having, squares, products }: ClusterSums): number | null {
  if (groups < 2 || having === 0 || having === solutions) return null;
  const p = having / solutions;
  const deviations = Math.max(0, squares - 2 * p * products + p * p * sizeSquares);
  const effect = ((groups / (groups - 1)) * deviations) / (solutions * p * (1 - p));
  return Math.min(solutions / groups, Math.max(1, effect));
}

/**
 * The share with its 95 % interval: Wilson's, of as many independent solutions as tell as much, Σ m_g / effect.
 * @param effect see designEffect; where it is not known, that of another range, or as if solutions of a group said all the same
 * Source: Korn and Graubard, "Confidence Intervals for Proportions with Small Expected Number of Positive Counts Estimated from Survey Data"
 * (Survey Methodology 24, 1998), for the effective number.
 */
export function clusteredShare(
  { groups, solutions, having }: Pick<ClusterSums, 'groups' | 'solutions' | 'having'>,
  effect: number | null,
): MeanInterval {
  if (solutions === 0) return { mean: NaN, low: 0, high: 1 };
  const effective = Math.max(groups, solutions / (effect ?? solutions / groups));
  const mean = having / solutions;
  return { mean, ...wilsonInterval(mean * effective, effective) };
}
