/** A metric among what the store answered, and its points on an axis. Pure. */
import type { MetricSeries, RunSeries } from '../../src/store/views.js';
import type { XUnit } from '../shared/charts/chartConfig.js';
import type { Point } from '../shared/charts/line.js';

/** A metric with the steps it stands at. */
export interface RecordedSeries {
  series: RunSeries;
  metric: MetricSeries;
}

export function recordedSeries(series: readonly RunSeries[], run: string, name: string): RecordedSeries | undefined {
  for (const s of series) {
    const metric = s.run === run ? s.metrics.find((m) => m.metric === name) : undefined;
    if (metric) return { series: s, metric };
  }
  return undefined;
}

/** Where on the x axis each entry of a series stands; null when that is not known. */
export const axisOf = ({ step, tokens, seconds }: RunSeries, xUnit: XUnit): (number | null)[] =>
  xUnit === 'time' ? seconds : xUnit === 'tokens' ? tokens : step;

/** Values without a place on the x axis are left out; what has none of its own interrupts as the store says. */
export function placesOf({ series, metric }: RecordedSeries, xUnit: XUnit): { i: number; point: Point }[] {
  const axis = axisOf(series, xUnit);
  const breaks = new Set(metric.breaks);
  const places: { i: number; point: Point }[] = [];
  let gap = false;
  for (const [i, y] of metric.value.entries()) {
    gap ||= breaks.has(i);
    const x = axis[i];
    if (y === null || x === null) continue;
    places.push({ i, point: { x, y, step: series.step[i], ...(gap && places.length > 0 && { gap }) } });
    gap = false;
  }
  return places;
}

export const pointsOf = (recorded: RecordedSeries, xUnit: XUnit): Point[] => placesOf(recorded, xUnit).map((p) => p.point);
