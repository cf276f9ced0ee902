/** Which charts a run gets: the known metrics in the order a person asks for them, then whatever else the trainer wrote. Pure. */
import { naturally } from '../../src/core/naturalOrder.js';
import { metrics, type MetricName } from '../../src/protocol/metrics.js';

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
}

/** Prefix of the curves that come from benchmark results rather than from metrics. */
export const benchmarkPrefix = 'benchmark/';
/** Prefix of the shares of a data mixture, which are a doughnut and no curves. */
export const mixturePrefix = 'mixture/';
const termPrefix = 'reward/term/';

interface Plan extends Omit<ChartSpec, 'curves'> {
  metrics: MetricName[];
  band?: MetricName;
  /** Also every curve whose name begins with one of these. */
  prefixes?: string[];
}

const plans: Plan[] = [
  { id: 'reward', heading: 'Reward', metrics: ['reward/mean'], band: 'reward/std', prefixes: [termPrefix] },
  { id: 'accuracy', heading: 'Accuracy', metrics: ['accuracy/held_out', 'accuracy/train'], prefixes: ['accuracy/', benchmarkPrefix] },
  { id: 'kl', heading: 'KL to the reference', metrics: ['kl'] },
  { id: 'entropy', heading: 'Entropy', metrics: ['entropy'] },
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
  { id: 'signal', heading: 'Groups', metrics: ['groups/all_wrong', 'groups/mixed', 'groups/all_right'], stacked: true },
  { id: 'zero-std', heading: 'Groups without signal', metrics: ['groups/zero_std'] },
  { id: 'length', heading: 'Response length', metrics: ['length/mean'] },
  { id: 'truncated', heading: 'Truncated responses', metrics: ['length/truncated'] },
  { id: 'clipped', heading: 'Clipped tokens', metrics: ['clip_ratio/low', 'clip_ratio/high'] },
  { id: 'ratio', heading: 'Ratio π_θ/π_old', metrics: ['ratio/max', 'ratio/min'] },
  { id: 'loss', heading: 'Loss', metrics: ['loss'] },
  { id: 'held-out-loss', heading: 'Held-out loss', metrics: ['loss/held_out'], prefixes: ['loss/held_out/'] },
  { id: 'validation-loss', heading: 'Validation loss', metrics: ['loss/validation'], prefixes: ['loss/validation/'] },
  { id: 'gradient', heading: 'Gradient norm', metrics: ['grad_norm', 'critic/grad_norm', 'reward_model/grad_norm'] },
  { id: 'learning-rate', heading: 'Learning rate', metrics: ['learning_rate'] },
  {
    id: 'seconds',
    heading: 'Seconds a step',
    metrics: ['seconds/sample', 'seconds/grade', 'seconds/train', 'seconds/evaluate', 'seconds/record'],
    stacked: true,
  },
  { id: 'speed', heading: 'Tokens a second', metrics: ['tokens/per_second'] },
];

/** Drawn as something other than a curve: the x axis, a band, the sum of what is stacked. */
const notDrawn: readonly string[] = ['tokens/total', 'reward/std', 'seconds/step'];

/** @param names metrics that the run has, with its benchmarks as `benchmark/<suite>` */
export function chartList(names: readonly string[]): ChartSpec[] {
  const has = new Set(names);
  const taken = new Set(notDrawn);
  const known = plans.flatMap(({ metrics: listed, band, prefixes = [], ...spec }): ChartSpec[] => {
    const own = listed.filter((m) => has.has(m));
    const more = prefixes.flatMap((prefix) => names.filter((m) => m.startsWith(prefix) && !own.some((o) => o === m)).sort(naturally));
    for (const m of [...own, ...more]) taken.add(m);
    const curves = [...own, ...more].map((m): Curve => (m === listed[0] && band && has.has(band) ? { ...curve(m), band } : curve(m)));
    return curves.length === 0 ? [] : [{ ...spec, curves }];
  });
  const others = names.filter((m) => !taken.has(m) && !m.startsWith(mixturePrefix)).sort(naturally);
  return [...known, ...others.map((m): ChartSpec => ({ id: `other-${m}`, heading: m, curves: [curve(m)] }))];
}

function curve(metric: string): Curve {
  if (Object.hasOwn(metrics, metric)) {
    const { label, meaning } = metrics[metric as MetricName];
    return { metric, label, meaning };
  }
  if (metric.startsWith(termPrefix)) {
    const term = metric.slice(termPrefix.length);
    return { metric, label: term, meaning: `Mean of the reward term “${term}”.` };
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
  return { metric, label: metric, meaning: `“${metric}”, as the trainer wrote it.` };
}
