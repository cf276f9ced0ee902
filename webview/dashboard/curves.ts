/** From what the store answers to what a chart draws. Pure. */
import type { BenchmarkView, Series } from '../../src/store/views.js';
import type { XUnit } from '../shared/charts/config.js';
import { palette, type Line, type LineColor, type Point } from '../shared/charts/line.js';
import { smoothed } from '../shared/charts/smoothing.js';
import { benchmarkPrefix, type ChartSpec, type Curve } from './chartList.js';

export interface Drawing {
  run: string;
  /** Runs drawn over it, with what a person calls them. */
  overlays: { run: string; name: string }[];
  xUnit: XUnit;
  /** Weight of the moving average, 0 for none. */
  smoothing: number;
}

/** Lines of one chart: every curve of the run, and of each overlaid run the first, dashed. */
export function linesOf(spec: ChartSpec, series: readonly Series[], { run, overlays, xUnit, smoothing }: Drawing): Line[] {
  const find = (id: string, metric: string): Series | undefined => series.find((s) => s.run === id && s.metric === metric);
  const weight = spec.stacked ? 0 : smoothing;
  const own = spec.curves.map((curve, i) => ({
    ...lineOf(curve, palette[i % palette.length], find(run, curve.metric), xUnit, weight, curve.band ? find(run, curve.band) : undefined),
    ...(spec.stacked ? { filled: true } : i >= palette.length ? { dashed: true } : {}),
  }));
  if (spec.stacked) return own;
  const [lead] = spec.curves;
  const others = overlays.map(({ run: id, name }, i): Line => {
    const line = lineOf(lead, overlayColor(i), find(id, lead.metric), xUnit, weight);
    return { ...line, label: name, meaning: `${lead.label} of ${name}`, dashed: true, overlay: true };
  });
  return [...own, ...others.filter((l) => l.points.length > 0)];
}

/** From the far end of the palette, so that an overlay and a curve of the run itself rarely share a colour. */
export const overlayColor = (i: number): LineColor => palette[palette.length - 1 - (i % (palette.length - 1))];

function lineOf(
  { label, meaning }: Curve,
  color: LineColor,
  series: Series | undefined,
  xUnit: XUnit,
  weight: number,
  spread?: Series,
): Line {
  const points = series ? pointsOf(series, xUnit) : [];
  const line: Line = { label, meaning, color, points };
  if (spread) {
    const byStep = new Map(spread.step.map((step, i) => [step, spread.value[i] ?? 0]));
    line.band = points.map(({ step, y }) => ({ low: y - (byStep.get(step) ?? 0), high: y + (byStep.get(step) ?? 0) }));
  }
  if (weight > 0 && points.length > 1) {
    line.smooth = smoothed(
      points.map((p) => p.y),
      weight,
    );
  }
  return line;
}

/** Points without a value, or without a place on the x axis, are left out. */
export function pointsOf({ step, tokens, seconds, value }: Series, xUnit: XUnit): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < step.length; i++) {
    const y = value[i];
    const x = xUnit === 'step' ? step[i] : xUnit === 'time' ? seconds[i] : tokens[i];
    if (y !== null && x !== null) points.push({ x, y, step: step[i] });
  }
  return points;
}

/**
 * Benchmark results as series, one per suite. Results know their step alone: tokens and seconds are those of the metrics there.
 * @param clock any series of the same run with many steps
 * @param metricNames a result that the trainer wrote as a metric too is not drawn twice
 */
export function benchmarkSeries(
  run: string,
  results: readonly BenchmarkView[],
  clock: Series | undefined,
  metricNames: readonly string[] = [],
): Series[] {
  const at = new Map(clock?.step.map((step, i) => [step, i]));
  const bySuite = new Map<string, Series>();
  for (const { step, suite, mode, value } of results) {
    if (metricNames.includes(accuracyMetric(suite))) continue;
    const metric = `${benchmarkPrefix}${suite} (${mode})`;
    const series = bySuite.get(metric) ?? { run, metric, step: [], tokens: [], seconds: [], value: [], decimated: false };
    bySuite.set(metric, series);
    const i = at.get(step) ?? nearestStep(clock, step);
    series.step.push(step);
    series.tokens.push(i === undefined ? null : clock!.tokens[i]);
    series.seconds.push(i === undefined ? 0 : clock!.seconds[i]);
    series.value.push(value);
  }
  return [...bySuite.values()];
}

/** `grpo-lab 1`, or several when the results of a run were judged by several: it stands with every accuracy. */
export const checkersOf = (results: readonly BenchmarkView[]): string => [...new Set(results.flatMap((b) => b.checker ?? []))].join(', ');

/** `held-out` → `accuracy/held_out`. */
const accuracyMetric = (suite: string): string => `accuracy/${suite.replaceAll('-', '_')}`;

function nearestStep(clock: Series | undefined, step: number): number | undefined {
  if (!clock || clock.step.length === 0) return undefined;
  const after = clock.step.findIndex((s) => s >= step);
  return after < 0 ? clock.step.length - 1 : after;
}

/** Smallest and largest x of a run's points, or undefined when there are none. */
export function extent(series: readonly Series[], run: string, xUnit: XUnit): { min: number; max: number } | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const s of series) {
    if (s.run !== run) continue;
    const points = pointsOf(s, xUnit);
    if (points.length === 0) continue;
    min = Math.min(min, points[0].x);
    max = Math.max(max, points[points.length - 1].x);
  }
  return min <= max ? { min, max } : undefined;
}
