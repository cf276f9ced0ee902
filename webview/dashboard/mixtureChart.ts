/** How the tokens so far are spread over the sources of a mixture, against how they should be. Pure. */
import { naturally } from '../../src/core/naturalOrder.js';
import type { RunSeries } from '../../src/store/views.js';
import type { XUnit } from '../shared/charts/chartConfig.js';
import type { Ring } from '../shared/charts/doughnutChart.js';
import { nearest } from '../shared/charts/line.js';
import { compact } from '../../src/core/format.js';
import { mixturePrefix } from './chartList.js';
import { pointsOf, recordedSeries } from './recordedSeries.js';

const targetPrefix = 'mixture/target/';

/** @param x where the crosshair stands; the newest values when left out */
export function mixtureOf(series: readonly RunSeries[], run: string, xUnit: XUnit, x?: number): Ring | undefined {
  const at = (metric: string): { y: number; step: number } | undefined => {
    const found = recordedSeries(series, run, metric);
    const points = found ? pointsOf(found, xUnit) : [];
    return x === undefined ? points.at(-1) : points.at(nearest(points, x));
  };
  const names = series
    .flatMap((s) => (s.run === run ? s.metrics : []))
    .filter((m) => m.metric.startsWith(mixturePrefix) && !m.metric.startsWith(targetPrefix))
    .map((m) => m.metric.slice(mixturePrefix.length));
  // Coloured as the curves of their held-out loss are, of which the first is that of all.
  const slices = names.sort(naturally).flatMap((label, i) => {
    const share = at(mixturePrefix + label);
    return share ? [{ label, place: i + 1, value: share.y, target: at(targetPrefix + label)?.y ?? null }] : [];
  });
  if (slices.length === 0) return undefined;
  const total = at('tokens/total')?.y;
  return {
    // The largest target first, as the paper lists them.
    slices: slices.sort((a, b) => (b.target ?? b.value) - (a.target ?? a.value) || naturally(a.label, b.label)),
    total: total ?? null,
    centre: total === undefined ? '' : compact(total),
    unit: 'tokens',
  };
}
