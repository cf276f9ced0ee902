import { k3 } from '../core/kl.js';
import { clippedSide, ratio } from '../core/objective.js';
import { mean, populationStd, share } from '../core/stats.js';
import type { MetricValues } from '../protocol/metrics.js';
import { rewardTermMetric } from '../protocol/metrics.js';
import { ofOwn, type Group, type Method, type Solution } from './methods/method.js';

/**
 * How one solution stood at the step's last update, before its parameter change. Arrays are per response token; what the
 * policy did not learn from has no log π_θ of that time.
 */
export interface MeasuredSolution extends Solution {
  /** log π_θ. */
  logp?: Float32Array;
  /** k3 estimate of KL(π_θ ‖ π_ref). */
  kl?: Float32Array;
  /** π_θ/π_old. */
  ratio?: Float32Array;
}

/**
 * @param logp log π_θ of each sequence of the policy's last update; none when it had none
 * @param rows which solution, counted through the groups, each of them is; their order is the same when left out
 */
export function measure(groups: readonly Group[], logp: readonly Float32Array[], rows?: readonly number[]): Group<MeasuredSolution>[] {
  const learned = new Map(logp.map((l, i) => [rows?.[i] ?? i, l]));
  let n = 0;
  return groups.map(({ task, solutions }) => ({
    task,
    solutions: solutions.map((s): MeasuredSolution => {
      const after = learned.get(n++);
      const now = after && ofOwn(after, s);
      const { logpRef } = s;
      return {
        ...s,
        ...(logpRef && { kl: (now ?? s.sample.logp).map((l, t) => k3(l, logpRef[t])) }),
        ...(now && { logp: now, ratio: now.map((l, t) => ratio(l, s.sample.logp[t])) }),
      };
    }),
  }));
}

/** What a step's groups say, by metric name (see protocol/metrics.ts for the meanings). */
export function groupMetrics(groups: readonly Group<MeasuredSolution>[], clip: Method['clip']): MetricValues {
  const solutions = groups.flatMap((g) => g.solutions);
  if (solutions.length === 0) return {};
  const rewards = solutions.map((s) => s.reward.total);
  const isRight = (s: MeasuredSolution) => s.grade.verdict === 'equal';
  const tokens = tokenMetrics(solutions, clip);
  const values: MetricValues = {
    'reward/mean': mean(rewards),
    'reward/std': populationStd(rewards),
    'accuracy/train': share(solutions, isRight),
    ...tokens,
    'length/mean': mean(solutions.map((s) => s.sample.tokens.length)),
    'length/truncated': share(solutions, (s) => s.sample.finish === 'length'),
    'groups/zero_std': share(groups, (g) => populationStd(g.solutions.map((s) => s.reward.total)) === 0),
    'groups/all_right': groups.filter((g) => g.solutions.every(isRight)).length,
    'groups/all_wrong': groups.filter((g) => !g.solutions.some(isRight)).length,
  };
  values['groups/mixed'] = groups.length - values['groups/all_right']! - values['groups/all_wrong']!;
  for (const term of Object.keys(solutions[0].reward.terms)) {
    values[rewardTermMetric(term)] = mean(solutions.map((s) => s.reward.terms[term]));
  }
  return values;
}

/** Means, shares and extremes over the tokens that the policy wrote at this step; a tool's have no entropy and no ratio. */
function tokenMetrics(solutions: readonly MeasuredSolution[], clip: Method['clip']): MetricValues {
  let [tokens, entropy, kl, withKl, ratios, low, high] = [0, 0, 0, 0, 0, 0, 0];
  let [smallest, largest] = [Infinity, -Infinity];
  for (const s of solutions) {
    const written = s.own ? s.own.reduce((a, b) => a + b, 0) : s.sample.entropy.length;
    tokens += written;
    for (const e of s.sample.entropy) entropy += e;
    for (const k of s.kl ?? []) kl += k;
    if (s.kl) withKl += written;
    s.ratio?.forEach((rho, t) => {
      if (s.own?.[t] === 0) return;
      ratios++;
      smallest = Math.min(smallest, rho);
      largest = Math.max(largest, rho);
      const side = clip && clippedSide(rho, s.tokenAdvantages?.[t] ?? s.advantage ?? 0, clip);
      if (side === 'low') low++;
      else if (side === 'high') high++;
    });
  }
  return {
    entropy: entropy / tokens,
    ...(withKl > 0 && { kl: kl / withKl }),
    ...(ratios > 0 && { 'ratio/min': smallest, 'ratio/max': largest }),
    ...(clip && ratios > 0 && { 'clip_ratio/low': low / ratios, 'clip_ratio/high': high / ratios }),
  };
}
