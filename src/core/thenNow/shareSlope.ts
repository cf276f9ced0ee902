/** How the share of solutions that have something grows with their advantage. Pure. */
import type { MeanInterval } from '../estimators.js';

/** Sums over solutions whose advantage is known. */
export interface SlopeSums {
  /** N, ΣA, ΣA². */
  known: number;
  advantage: number;
  advantageSquares: number;
  /** Of those that have it: how many, and ΣA. */
  having: number;
  havingAdvantage: number;
}

/** Two-sided 95 % of a normal distribution. */
const z = 1.96;

/**
 * The slope of the least-squares line of x (1: has it, 0: has not) over the advantage A: by how much the share of solutions that have it grows
 * with one unit of advantage, Σ (x − x̄)(A − Ā) / Σ (A − Ā)², with its 95 % interval from the residuals. Advantages are centred in their group
 * or nearly so: what groups have in common weighs little in it.
 * @returns null where advantages are unknown or all the same
 * Source: the linear probability model, e.g. Wooldridge, Introductory Econometrics (2012), section 7.5.
 */
export function shareSlope({ known: n, advantage, advantageSquares, having, havingAdvantage }: SlopeSums): MeanInterval | null {
  if (n < 3) return null;
  const spread = advantageSquares - advantage ** 2 / n;
  // What rounding leaves of no spread is none.
  if (spread <= 1e-12 * Math.max(1, advantageSquares)) return null;
  const slope = (havingAdvantage - (having * advantage) / n) / spread;
  const residual = Math.max(0, having - having ** 2 / n - slope ** 2 * spread);
  const half = z * Math.sqrt(residual / (n - 2) / spread);
  return { mean: slope, low: slope - half, high: slope + half };
}
