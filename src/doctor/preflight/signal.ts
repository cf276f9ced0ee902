/** Which groups of G solutions would teach something, from n samples of each of some questions. Pure. */
import { mulberry32 } from '../../core/mulberry32.js';
import { mean } from '../../core/stats.js';
import { passAtK, wilsonInterval, type MeanInterval } from '../../core/estimators.js';
import { expectedAllWrong, SuccessMoments } from '../betaBinomial.js';

/** What was paid for the n solutions of one question, and how many of them are right. */
export interface SampledRewards {
  rewards: readonly number[];
  right: number;
}

/** What is expected of groups of one size. */
export interface SignalRow {
  /** G. */
  size: number;
  /** Share of the groups whose rewards differ; null: the samples do not say. */
  signal: MeanInterval | null;
  /** Share of those without a right solution. */
  allWrong: MeanInterval | null;
  allRight: number | null;
  /**
   * counted: from the samples alone, without a model; model: a Beta distribution of the questions' success, for sizes above n; least: the
   * signal of the next smaller size, below which it cannot be.
   */
  by: 'counted' | 'model' | 'least';
}

/** Group sizes that are compared, whatever the run's own is. */
export const comparedSizes: readonly number[] = [4, 8, 16, 32, 64];

/**
 * The chance that G solutions of a question are all paid the same: Σ over distinct rewards of C(m, G)/C(n, G), with m of n samples
 * paid that much. It is the share of all choices of G of the n samples, and so unbiased for Σ p^G (a U-statistic, as Pass@K is).
 * @param rewards of n solutions
 * @param size G, 1 to n
 * @throws RangeError where G is not from 1 to n
 * Source: Hoeffding, "A Class of Statistics with Asymptotically Normal Distribution" (1948); for one of two values Chen et al.,
 * arXiv 2107.03374, equation 1.
 */
export function sameRewardAt(rewards: readonly number[], size: number): number {
  const n = rewards.length;
  if (!(size >= 1 && size <= n)) throw new RangeError(`Groups of ${size} cannot be made of ${n} samples.`);
  const counts = new Map<number, number>();
  for (const r of rewards) counts.set(r, (counts.get(r) ?? 0) + 1);
  let sum = 0;
  for (const m of counts.values()) {
    let all = 1;
    for (let i = 0; i < size; i++) all *= Math.max(0, m - i) / (n - i);
    sum += all;
  }
  return sum;
}

/**
 * 95 % interval of a mean over questions of values from 0 to 1. Their variance is at most that of a coin of the same mean, μ(1 − μ), so
 * Wilson's interval holds for them too; it is wide rather than narrow, and has a width where all questions are alike.
 */
export function intervalOfShares(values: readonly number[]): MeanInterval {
  const mu = Math.min(1, Math.max(0, mean(values)));
  return { mean: mu, ...wilsonInterval(mu * values.length, values.length) };
}

/** How often the questions are drawn again for the interval of a fitted model. */
const resamples = 400;

/** The rows of a table by group size. @param own the run's G, added to the sizes that are compared; null: it has none */
export function signalRows(sampled: readonly SampledRewards[], own: number | null, seed: number): SignalRow[] {
  const sizes = [...new Set(own === null ? comparedSizes : [...comparedSizes, own])].sort((a, b) => a - b);
  const rows: SignalRow[] = [];
  for (const size of sizes) {
    const row = signalAt(sampled, size, seed);
    rows.push(row.by === 'model' ? atLeast(row, rows.at(-1)?.signal ?? null) : row);
  }
  return rows;
}

/** A larger group never has less signal than a smaller one: the model knows right and wrong alone, what was counted the whole reward. */
function atLeast(row: SignalRow, smaller: MeanInterval | null): SignalRow {
  if (smaller === null) return row;
  if (row.signal === null || row.signal.mean < smaller.mean)
    return { ...row, signal: { ...smaller, high: Math.max(smaller.high, row.signal?.high ?? 1) }, by: 'least' };
  return { ...row, signal: { ...row.signal, low: Math.max(row.signal.low, smaller.low) } };
}

/** Of groups of one size. Questions with fewer samples than the others count as they are. */
export function signalAt(sampled: readonly SampledRewards[], size: number, seed: number): SignalRow {
  const least = sampled.reduce((n, s) => Math.min(n, s.rewards.length), Infinity);
  if (sampled.length === 0) return { size, signal: null, allWrong: null, allRight: null, by: 'counted' };
  if (size > least) return modelled(sampled, size, seed);
  const wrong = sampled.map(({ rewards, right }) => 1 - passAtK(rewards.length, right, size));
  const right = sampled.map((s) => 1 - passAtK(s.rewards.length, s.rewards.length - s.right, size));
  const signal = intervalOfShares(sampled.map(({ rewards }) => 1 - sameRewardAt(rewards, size)));
  return { size, signal, allWrong: intervalOfShares(wrong), allRight: mean(right), by: 'counted' };
}

/** E[p^G + (1−p)^G] with p ~ Beta(a, b), which stands for groups without a right or without a wrong solution. */
function modelled(sampled: readonly SampledRewards[], size: number, seed: number): SignalRow {
  const whole = expectedShares(sampled, size);
  if (whole === null) return { size, signal: null, allWrong: null, allRight: null, by: 'model' };
  const random = mulberry32(seed);
  const found: Shares[] = [];
  for (let i = 0; i < resamples; i++) {
    const again = sampled.map(() => sampled[Math.floor(random() * sampled.length)]);
    const shares = expectedShares(again, size) ?? solvedAlike(again);
    if (shares) found.push(shares);
  }
  const signal = around(
    whole.signal,
    found.map((f) => f.signal),
  );
  const allWrong = around(
    whole.allWrong,
    found.map((f) => f.allWrong),
  );
  return { size, signal, allWrong, allRight: whole.allRight, by: 'model' };
}

/** The middle 95 % of what resamples gave. Where hardly one can be fitted the samples carry no model: anything may be. */
function around(estimate: number, found: number[]): MeanInterval {
  if (found.length < resamples / 2) return { mean: estimate, low: 0, high: 1 };
  found.sort((a, b) => a - b);
  const at = (q: number): number => found[Math.round(q * (found.length - 1))];
  return { mean: estimate, low: Math.min(at(0.025), estimate), high: Math.max(at(0.975), estimate) };
}

interface Shares {
  signal: number;
  allWrong: number;
  allRight: number;
}

/** Questions that are all never or all always solved have no distribution to fit, and no group with a difference. */
function solvedAlike(sampled: readonly SampledRewards[]): Shares | null {
  if (sampled.every((s) => s.right === 0)) return { signal: 0, allWrong: 1, allRight: 0 };
  return sampled.every((s) => s.right === s.rewards.length) ? { signal: 0, allWrong: 0, allRight: 1 } : null;
}

function expectedShares(sampled: readonly SampledRewards[], size: number): Shares | null {
  const moments = new SuccessMoments();
  for (const { rewards, right } of sampled) moments.add(right, rewards.length);
  const fit = moments.fit();
  if (fit === null) return null;
  const allWrong = expectedAllWrong(fit, size);
  const allRight = expectedAllWrong({ a: fit.b, b: fit.a }, size);
  return { signal: Math.max(0, 1 - allWrong - allRight), allWrong, allRight };
}
