import { mulberry32 } from './mulberry32.js';
import { mean } from './stats.js';
import { studentTQuantile } from './studentT.js';

export { majorityAtK, type AnswerClass } from './majority.js';

export interface Interval {
  low: number;
  high: number;
}

/** An estimated mean with its 95 % interval. */
export interface MeanInterval extends Interval {
  mean: number;
}

/**
 * Pass@K of one question: the probability that at least one of K samples is right, over all choices of K of n samples:
 * 1 − C(n−c, K)/C(n, K), as a product, so that no binomial overflows.
 * @param n samples
 * @param c right ones among them
 * @returns 0 to 1; its mean over questions is Pass@K
 * @throws RangeError where K is not from 1 to n, or c not from 0 to n
 * Source: Chen et al., "Evaluating Large Language Models Trained on Code" (arXiv 2107.03374), equation 1 and figure 3.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (!(k >= 1 && k <= n && c >= 0 && c <= n)) throw new RangeError(`Pass@${k} of ${c} right among ${n} samples is not defined.`);
  if (n - c < k) return 1;
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}

/**
 * Interval of a share of n independent trials: the shares p with |p̂ − p| ≤ z·√(p(1 − p)/n). Never outside [0, 1], and sensible at 0 and n.
 * @param z 1.96 for 95 %
 * @returns [0, 1] where nothing was tried
 * Source: Wilson, "Probable Inference" (JASA 22, 1927).
 */
export function wilsonInterval(successes: number, n: number, z = 1.96): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const p = successes / n;
  const shrink = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: successes === 0 ? 0 : centre - half, high: successes === n ? 1 : centre + half };
}

/**
 * 95 % interval of the difference b − a of two shares, from the 95 % interval of each: the distances from the shares to the ends of
 * their intervals, added in quadrature. It treats the two as independent: where both were measured on the same questions, the true
 * interval is narrower.
 * @returns within [−1, 1]
 * Source: Newcombe, "Interval Estimation for the Difference Between Independent Proportions" (Statistics in Medicine 17, 1998), method 10.
 */
export function differenceInterval(a: MeanInterval, b: MeanInterval): MeanInterval {
  const mean = b.mean - a.mean;
  return {
    mean,
    low: mean - Math.hypot(b.mean - b.low, a.high - a.mean),
    high: mean + Math.hypot(b.high - b.mean, a.mean - a.low),
  };
}

/**
 * Percentile bootstrap of a mean over questions: the questions are drawn again with replacement, and the middle 95 % of the means
 * that come out is the interval. For Maj@K and Pass@K, whose values of one question are not 0 or 1.
 * @param values one per question, at least one
 * @param seed of the draws: the same seed, the same interval
 * @param resamples how often all questions are drawn again; 2,000 give two digits
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 */
export function bootstrapInterval(values: readonly number[], seed: number, resamples: number): MeanInterval {
  if (values.length === 0) throw new RangeError('No values to resample.');
  const random = mulberry32(seed);
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let left = values.length; left > 0; left--) sum += values[Math.floor(random() * values.length)];
    means[r] = sum / values.length;
  }
  means.sort();
  return { mean: mean(values), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Linear between the order statistics, as NumPy's default. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/**
 * 95 % interval of a mean over few independent values, such as seeds: mean ± t·s/√n with Student's t of n − 1 degrees of freedom
 * and s² = Σ(x − mean)²/(n − 1).
 * @param values at least one; of a single one the interval is unbounded
 * Source: Student, "The Probable Error of a Mean" (Biometrika 6, 1908).
 */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = values.length;
  if (n === 0) throw new RangeError('No values to average.');
  const mu = mean(values);
  if (n === 1) return { mean: mu, low: -Infinity, high: Infinity };
  const variance = values.reduce((sum, x) => sum + (x - mu) ** 2, 0) / (n - 1);
  const half = studentTQuantile(n - 1, 0.95) * Math.sqrt(variance / n);
  return { mean: mu, low: mu - half, high: mu + half };
}

/**
 * 95 % interval of the mean difference b − a of pairs, such as two methods on the same seeds: what pairs have in common does not
 * widen it.
 * @throws RangeError where the lists are not of the same length
 */
export function pairedInterval(a: readonly number[], b: readonly number[]): MeanInterval {
  if (a.length !== b.length) throw new RangeError(`${a.length} values cannot be paired with ${b.length}.`);
  return meanInterval(a.map((x, i) => b[i] - x));
}
