import type { MetricSeries, RunSeries } from '../../src/store/views.js';

type Values = (number | null)[];

/**
 * An answer of the store at steps 1, 2, …: every metric with its values. Null is where it was not recorded.
 * @param breaks by metric, see `MetricSeries`
 */
export function aSeries(values: Record<string, Values>, run = 'a', breaks: Record<string, number[]> = {}): RunSeries {
  const steps = Object.values(values).reduce((most, v) => Math.max(most, v.length), 0);
  const at = Array.from({ length: steps }, (_, i) => i);
  return {
    run,
    step: at.map((i) => i + 1),
    tokens: at.map((i) => (i === 0 ? null : i * 1000)),
    seconds: at.map((i) => i * 2),
    metrics: Object.entries(values).map(([metric, value]): MetricSeries => ({
      metric,
      count: value.filter((v) => v !== null).length,
      value,
      smooth: null,
      breaks: breaks[metric] ?? [],
    })),
    steps,
    stride: 1,
  };
}
