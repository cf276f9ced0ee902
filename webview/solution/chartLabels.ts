import { alike } from '../../src/core/format.js';
import type { Heat } from './heat.js';

/** What stands beside the per-token chart, and what a screen reader says of it. */
export interface ChartLabels {
  high: string;
  low: string;
  summary: string;
}

export function chartLabels({ label, low, high, values }: Heat): ChartLabels {
  const known = values.filter((v) => !Number.isNaN(v));
  const mean = known.reduce((a, b) => a + b, 0) / Math.max(1, known.length);
  const text = alike([low, high]);
  return {
    high: text(high),
    low: text(low),
    summary: `${label.label} (${label.symbol}) of ${values.length} tokens, ${text(low)} to ${text(high)}, mean ${text(mean)}`,
  };
}
