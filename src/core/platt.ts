import { sigmoid, softplus } from './logistic.js';
import { mean } from './stats.js';

/** P(right) = σ(a·score + b). */
export interface Calibration {
  a: number;
  b: number;
}

export const calibrated = (score: number, { a, b }: Calibration): number => sigmoid(a * score + b);

/**
 * Fits the probability of "right" to a model's scores: a logistic curve by maximum likelihood, with Platt's targets
 * (N₊+1)/(N₊+2) and 1/(N₋+2) in place of 1 and 0, which keep it finite where the scores separate the labels. Newton's method with
 * a backtracking line search. (Platt writes the curve with the opposite signs of a and b.)
 * @param scores one per case
 * @param labels whether the case is right
 * Source: Platt, "Probabilistic Outputs for Support Vector Machines" (1999); Lin, Lin and Weng, "A note on Platt's probabilistic
 * outputs" (Machine Learning 68, 2007), algorithm 1.
 */
export function plattScaling(scores: readonly number[], labels: readonly boolean[]): Calibration {
  const positives = labels.filter((right) => right).length;
  const negatives = labels.length - positives;
  const targets = labels.map((right) => (right ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)));
  const loss = ({ a, b }: Calibration): number =>
    scores.reduce((sum, score, i) => sum + softplus(a * score + b) - targets[i] * (a * score + b), 0);

  // The start is the best curve that ignores the scores.
  let fit: Calibration = { a: 0, b: Math.log((positives + 1) / (negatives + 1)) };
  let current = loss(fit);
  for (let iteration = 0; iteration < 100; iteration++) {
    const step = newtonStep(fit, scores, targets);
    let size = 1;
    let next = fit;
    let lower = current;
    for (; size > 1e-10; size /= 2) {
      next = { a: fit.a + size * step.a, b: fit.b + size * step.b };
      lower = loss(next);
      if (lower < current + 1e-4 * size * step.slope) break;
    }
    // Nothing lower along the descent direction: the minimum, to rounding.
    if (size <= 1e-10 || lower >= current) break;
    fit = next;
    current = lower;
  }
  return fit;
}

/** −H⁻¹g of the negative log-likelihood, and the loss's slope along it. */
function newtonStep(fit: Calibration, scores: readonly number[], targets: readonly number[]): Calibration & { slope: number } {
  // The ridge keeps H invertible where all scores are equal.
  let [aa, ab, bb, ga, gb] = [1e-12, 0, 1e-12, 0, 0];
  scores.forEach((score, i) => {
    const p = calibrated(score, fit);
    const curvature = p * (1 - p);
    aa += score * score * curvature;
    ab += score * curvature;
    bb += curvature;
    ga += score * (p - targets[i]);
    gb += p - targets[i];
  });
  const determinant = aa * bb - ab * ab;
  const a = -(bb * ga - ab * gb) / determinant;
  const b = -(aa * gb - ab * ga) / determinant;
  return { a, b, slope: ga * a + gb * b };
}

/** Cases whose probability is in [low, high); the last bin includes 1. */
export interface ReliabilityBin {
  low: number;
  high: number;
  n: number;
  /** Mean probability of its cases. */
  mean: number;
  /** Share of its cases that are right. */
  right: number;
}

export interface Reliability {
  /** In order; bins without cases are left out. */
  bins: ReliabilityBin[];
  /** Expected calibration error: Σ n/N · |right − mean|; 0 without cases. */
  error: number;
}

/**
 * How often things that were given a probability turned out right: what a calibration plot shows.
 * @param bins number of bins of equal width
 * Source: Guo et al., "On Calibration of Modern Neural Networks" (arXiv 1706.04599), section 2.
 */
export function reliability(probabilities: readonly number[], labels: readonly boolean[], bins: number): Reliability {
  const members: number[][] = Array.from({ length: bins }, () => []);
  probabilities.forEach((p, i) => members[Math.min(Math.floor(p * bins), bins - 1)].push(i));
  const filled = members.flatMap((cases, k): ReliabilityBin[] => {
    if (cases.length === 0) return [];
    const right = mean(cases.map((i) => Number(labels[i])));
    return [{ low: k / bins, high: (k + 1) / bins, n: cases.length, mean: mean(cases.map((i) => probabilities[i])), right }];
  });
  const error = filled.reduce((sum, bin) => sum + (bin.n / probabilities.length) * Math.abs(bin.right - bin.mean), 0);
  return { bins: filled, error };
}

/**
 * Share of pairs whose preferred output got the higher score; equal scores count half. 0 without pairs.
 * @param chosen scores of the preferred outputs
 * @param rejected scores of the others, in the same order
 */
export const pairAccuracy = (chosen: readonly number[], rejected: readonly number[]): number =>
  mean(chosen.map((score, i) => (Math.sign(score - rejected[i]) + 1) / 2));
