/** Which reward term carries the advantages of a group. */
import { mean } from './stats.js';

export interface TermSignal {
  /** Σ|Â_i|; null where an advantage is not known. */
  advantages: number | null;
  /** S_k of each term that every solution has, see `termSignal`; empty where it is not known. */
  terms: Record<string, number>;
}

/**
 * Where the reward is a weighted sum of terms, r_i = Σ_k w_k r_ik, a group-relative advantage is in proportion to
 * r_i − r̄ = Σ_k w_k (r_ik − r̄_k). So |r_i − r̄| is the sum of the parts w_k (r_ik − r̄_k) sign(r_i − r̄), and
 * Σ_i |Â_i| = Σ_k w_k S_k with S_k = c Σ_i (r_ik − r̄_k) sign(r_i − r̄), c = Σ_i |Â_i| / Σ_i |r_i − r̄|.
 * A part is negative where the term pulls against the others. The weights are left out, so that sums over groups hold for any.
 * @param rewards r, length G; null: not known
 * @param advantages Â, length G; null: not known
 * @param terms r_k of each solution, length G
 */
export function termSignal(
  rewards: readonly (number | null)[],
  advantages: readonly (number | null)[],
  terms: readonly Readonly<Record<string, number | null>>[],
): TermSignal {
  if (!areNumbers(advantages)) return { advantages: null, terms: {} };
  const total = sumOf(advantages.map(Math.abs));
  if (!areNumbers(rewards) || total === 0) return { advantages: total, terms: {} };
  const centre = mean(rewards);
  const deviations = rewards.map((r) => r - centre);
  const spread = sumOf(deviations.map(Math.abs));
  if (spread === 0) return { advantages: total, terms: {} };
  const parts = Object.keys(terms.at(0) ?? {}).flatMap((name): [string, number][] => {
    const values = terms.map((of) => (Object.hasOwn(of, name) ? of[name] : null));
    if (!areNumbers(values)) return [];
    const mu = mean(values);
    return [[name, (total / spread) * sumOf(values.map((v, i) => (v - mu) * Math.sign(deviations[i])))]];
  });
  return { advantages: total, terms: Object.fromEntries(parts) };
}

const areNumbers = (values: readonly (number | null)[]): values is number[] => values.every((v) => v !== null && Number.isFinite(v));
const sumOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);
