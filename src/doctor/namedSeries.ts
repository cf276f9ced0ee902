/** Which of a run's metrics a rule reads, found by name or by what the name says (core/metricRole.ts). Pure. */
import { roleOf, type MetricRole } from '../core/metricRole.js';
import { metrics, rewardTermMetric } from '../protocol/metrics.js';

export const seriesNames = [
  'reward',
  'accuracy',
  'held-out',
  'kl',
  'entropy',
  'truncated',
  'zero-std',
  'loss',
  'gradient',
  'clip-low',
  'clip-high',
  'clip',
  'sampler-gap',
] as const;
export type SeriesName = (typeof seriesNames)[number];

/** Our names: what importers call a trainer's metric where they know it. */
const ours: Record<SeriesName, string> = {
  reward: 'reward/mean',
  accuracy: 'accuracy/train',
  'held-out': 'accuracy/held_out',
  kl: 'kl',
  entropy: 'entropy',
  truncated: 'length/truncated',
  'zero-std': 'groups/zero_std',
  loss: 'loss',
  gradient: 'grad_norm',
  'clip-low': 'clip_ratio/low',
  'clip-high': 'clip_ratio/high',
  clip: 'clip_ratio',
  'sampler-gap': 'kl/sampler',
};

/** By the role of a name, where a metric of our own name is missing. Only what is the quantity itself: rank 0 to 2. */
const roles: Partial<Record<SeriesName, MetricRole>> = {
  reward: 'reward',
  'held-out': 'held-out',
  kl: 'kl',
  entropy: 'entropy',
  loss: 'loss',
};
/** Names of others, of which no role tells. */
const others: Partial<Record<SeriesName, RegExp>> = {
  gradient: /(^|[/_])(total_)?grad(ient)?_?norm$/i,
  clip: /(^|[/_])(pg_)?clip_?frac(tion)?$/i,
};

/**
 * @param names the run's metrics
 * @returns the metric that stands for each series; those that nothing stands for are missing
 */
export function namedSeries(names: readonly string[]): Partial<Record<SeriesName, string>> {
  const known = new Set(names);
  const found: Partial<Record<SeriesName, string>> = {};
  for (const series of seriesNames) {
    const name = known.has(ours[series]) ? ours[series] : (byRole(series, names) ?? names.find((n) => others[series]?.test(n)));
    if (name !== undefined) found[series] = name;
  }
  return found;
}

function byRole(series: SeriesName, names: readonly string[]): string | undefined {
  const role = roles[series];
  if (role === undefined) return undefined;
  const guesses = names.flatMap((name) => {
    // Ours mean what the table says, whatever a guess makes of them; a term is part of a reward.
    if (Object.hasOwn(metrics, name) || name.startsWith(rewardTermMetric(''))) return [];
    const guess = roleOf(name);
    return guess?.role === role && guess.rank < 3 ? [{ name, rank: guess.rank }] : [];
  });
  return guesses.sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1)).at(0)?.name;
}
