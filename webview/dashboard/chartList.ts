/** Which charts a run gets: the known metrics in the order a person asks for them, then whatever else the trainer wrote. Pure. */
import { leads, metricRoles, type MetricRole } from '../../src/core/metricRole.js';
import { naturally } from '../../src/core/naturalOrder.js';
import { metrics, type MetricName } from '../../src/protocol/metrics.js';
import { reveal } from '../../src/core/reveal.js';

export interface Curve {
  metric: string;
  label: string;
  meaning: string;
  /** Metric whose value is the half height of a band around the curve. */
  band?: string;
}

export interface ChartSpec {
  id: string;
  heading: string;
  curves: Curve[];
  /** Shares of one whole, drawn on top of each other. */
  stacked?: boolean;
  role?: MetricRole;
  /** Among the first charts, whatever it is called. */
  first: boolean;
}

/** Prefix of the curves that come from benchmark results rather than from metrics. */
export const benchmarkPrefix = 'benchmark/';
/** Prefix of the shares of a data mixture, which are a doughnut and no curves. */
export const mixturePrefix = 'mixture/';
const termPrefix = 'reward/term/';
/** Prefix of the parts that reward terms have of the advantages, see ledgerSeries.ts. */
export const termSignalPrefix = 'signal/term/';

interface Plan extends Omit<ChartSpec, 'curves' | 'first'> {
  metrics: MetricName[];
  band?: MetricName;
  /** Also every curve whose name begins with one of these. */
  prefixes?: string[];
  /** Only when the run has none of these: it is the sum of them, or told by them. */
  unless?: MetricName[];
}

const parts = ['seconds/sample', 'seconds/grade', 'seconds/train', 'seconds/evaluate', 'seconds/record'] as const;

const plans: Plan[] = [
  {
    id: 'reward',
    heading: 'Reward',
    role: 'reward',
    metrics: ['reward/mean', 'signal/reward', 'signal/informative_reward'],
    band: 'reward/std',
    prefixes: [termPrefix],
  },
  {
    id: 'accuracy',
    heading: 'Accuracy',
    role: 'held-out',
    metrics: ['accuracy/held_out', 'accuracy/train'],
    prefixes: ['accuracy/', benchmarkPrefix],
  },
  { id: 'held-out-loss', heading: 'Held-out loss', role: 'held-out', metrics: ['loss/held_out'], prefixes: ['loss/held_out/'] },
  { id: 'validation-loss', heading: 'Validation loss', role: 'held-out', metrics: ['loss/validation'], prefixes: ['loss/validation/'] },
  { id: 'kl', heading: 'KL to the reference', role: 'kl', metrics: ['kl'] },
  { id: 'entropy', heading: 'Entropy', role: 'entropy', metrics: ['entropy'] },
  { id: 'length', heading: 'Response length', role: 'length', metrics: ['length/mean'] },
  { id: 'truncated', heading: 'Truncated responses', role: 'length', metrics: ['length/truncated'] },
  { id: 'loss', heading: 'Loss', role: 'loss', metrics: ['loss'] },
  { id: 'dpo-accuracy', heading: 'Preferred by the policy', metrics: ['dpo/accuracy'] },
  { id: 'dpo-margin', heading: 'Margin of right over wrong', metrics: ['dpo/margin'] },
  {
    id: 'reward-model',
    heading: 'Reward model, on held-out solutions',
    metrics: ['reward_model/accuracy', 'reward_model/calibration_error'],
  },
  { id: 'reward-model-loss', heading: 'Reward model loss', metrics: ['reward_model/loss'] },
  { id: 'critic', heading: 'Variance the value model explains', metrics: ['critic/explained'] },
  { id: 'critic-loss', heading: 'Value model loss', metrics: ['critic/loss'] },
  {
    id: 'ledger',
    heading: 'Groups by outcome',
    metrics: ['signal/all_wrong', 'signal/mixed', 'signal/all_right', 'signal/not_judged'],
    stacked: true,
  },
  {
    id: 'signal',
    heading: 'Groups',
    metrics: ['groups/all_wrong', 'groups/mixed', 'groups/all_right'],
    stacked: true,
    unless: ['signal/mixed'],
  },
  { id: 'failing-groups', heading: 'Groups with truncated or failed solutions', metrics: ['signal/truncated', 'signal/errors'] },
  { id: 'zero-std', heading: 'Groups without signal', metrics: ['groups/zero_std'] },
  { id: 'informative', heading: 'Groups with signal', metrics: ['signal/informative'] },
  { id: 'term-signal', heading: 'Advantages by reward term, share of Σ|Â|', metrics: [], prefixes: [termSignalPrefix] },
  { id: 'dynamic-sampling', heading: 'Dynamic sampling', metrics: ['groups/sampled', 'groups/rounds'] },
  { id: 'clipped', heading: 'Clipped tokens', metrics: ['clip_ratio/low', 'clip_ratio/high'] },
  { id: 'ratio', heading: 'Ratio π_θ/π_old', metrics: ['ratio/max', 'ratio/min'] },
  { id: 'gradient', heading: 'Gradient norm', metrics: ['grad_norm', 'critic/grad_norm', 'reward_model/grad_norm'] },
  { id: 'learning-rate', heading: 'Learning rate', metrics: ['learning_rate'] },
  { id: 'seconds', heading: 'Seconds a step', metrics: [...parts], stacked: true },
  { id: 'step-seconds', heading: 'Seconds a step', metrics: ['seconds/step'], unless: [...parts] },
  {
    id: 'speed',
    heading: 'Tokens a second',
    metrics: ['tokens/per_second', 'tokens/sampled_per_second', 'tokens/trained_per_second'],
  },
  { id: 'mfu', heading: 'Model-FLOPs utilisation', metrics: ['mfu/training', 'mfu/sampling'] },
  { id: 'tokens', heading: 'Tokens a step', metrics: ['tokens/sampled', 'tokens/trained'] },
  { id: 'sequences', heading: 'Sequences a step', metrics: ['sequences/trained'] },
];

/** Foreign curves of one role among the first charts; the others stand where their names put them. */
const mostOfRole = 4;

/**
 * The charts that answer "how is it going?", whatever the trainer calls its metrics; then the others, by name.
 * What has no curve is drawn otherwise: tokens as an axis, a spread as a band, shares of a mixture as a ring.
 * @param names metrics that the run has, with its benchmarks as `benchmark/<suite>`
 */
export function chartList(names: readonly string[]): ChartSpec[] {
  const has = new Set(names);
  const taken = new Set(names.filter((m) => m === 'tokens/total' || m.startsWith(mixturePrefix)));
  const known = plans.flatMap(({ metrics: listed, band, prefixes = [], unless = [], ...spec }): ChartSpec[] => {
    if (unless.some((m) => has.has(m))) {
      for (const m of listed) taken.add(m);
      return [];
    }
    const own = listed.filter((m) => has.has(m));
    const more = prefixes.flatMap((prefix) =>
      names.filter((m) => m.startsWith(prefix) && !taken.has(m) && !own.some((o) => o === m)).sort(naturally),
    );
    for (const m of [...own, ...more]) taken.add(m);
    const curves = [...own, ...more].map((m): Curve => (m === listed[0] && band && has.has(band) ? { ...curveOf(m), band } : curveOf(m)));
    if (band && curves.some((c) => c.band)) taken.add(band);
    return curves.length === 0 ? [] : [{ ...spec, curves, first: true }];
  });
  const others = names.filter((m) => !taken.has(m)).sort(naturally);
  const byRole = leads(others);
  const leadsOf = (role: MetricRole): string[] => byRole[role].slice(0, mostOfRole);
  const lead = new Set(metricRoles.flatMap(leadsOf));
  return [
    ...metricRoles.flatMap((role) => [
      ...known.filter((c) => c.role === role),
      ...leadsOf(role).map((m): ChartSpec => ({ ...alone(m), role, first: true })),
    ]),
    ...known.filter((c) => c.role === undefined),
    ...others.filter((m) => !lead.has(m)).map(alone),
  ];
}

/** Prefix of the ids of charts of one metric that we do not know. */
const alonePrefix = 'other-';
const alone = (metric: string): ChartSpec => ({
  id: `${alonePrefix}${metric}`,
  heading: reveal(metric),
  curves: [curveOf(metric)],
  first: false,
});

/** The metrics of such charts, by their ids. */
export const metricsAlone = (charts: readonly string[]): string[] =>
  charts.flatMap((id) => (id.startsWith(alonePrefix) ? [id.slice(alonePrefix.length)] : []));

/** What a metric is called, and what it is. */
export function curveOf(metric: string): Curve {
  if (Object.hasOwn(metrics, metric)) {
    const { label, meaning } = metrics[metric as MetricName];
    return { metric, label, meaning };
  }
  if (metric.startsWith(termPrefix)) {
    const term = metric.slice(termPrefix.length);
    return { metric, label: term, meaning: `Mean of the reward term “${term}”.` };
  }
  if (metric.startsWith(termSignalPrefix)) {
    const term = metric.slice(termSignalPrefix.length);
    return {
      metric,
      label: reveal(term),
      meaning: `Part of the absolute advantages that the reward term “${reveal(term)}” carries; below 0 where it pulls against the others.`,
    };
  }
  const ofSource = /^loss\/(held_out|validation)\/(.+)$/s.exec(metric);
  if (ofSource) {
    const [, split, source] = ofSource;
    return { metric, label: source, meaning: `Mean of −log π_θ over the tokens of ${split.replace('_', '-')} documents of “${source}”.` };
  }
  if (metric.startsWith(benchmarkPrefix)) {
    const suite = metric.slice(benchmarkPrefix.length);
    return { metric, label: suite, meaning: `Result of the benchmark “${suite}”.` };
  }
  return { metric, label: reveal(metric), meaning: `“${reveal(metric)}”, as the trainer wrote it.` };
}
