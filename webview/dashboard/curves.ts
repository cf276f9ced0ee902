/** From what the store answers to what a chart draws. Pure. */
import type { BenchmarkView, RunSeries } from '../../src/store/views.js';
import type { XUnit } from '../shared/charts/chartConfig.js';
import { fewPoints, overlayStyle, styleOf, type Line, type LineStyle } from '../shared/charts/line.js';
import { samplingRate, trainingRate } from '../../src/core/runSpeed.js';
import type { ResourcesView } from '../../src/contracts/resources.js';
import { benchmarkPrefix, type ChartSpec, type Curve } from './chartList.js';
import { axisOf, placesOf, pointsOf, recordedSeries, type RecordedSeries } from './recordedSeries.js';
import { stackOf } from './stack.js';

export interface Drawing {
  run: string;
  /** Runs drawn over it, with what a person calls them. */
  overlays: { run: string; name: string }[];
  xUnit: XUnit;
}

/**
 * How many steps a chart is asked for: more than it has pixels for one curve, and more where several want their lowest
 * and highest values kept.
 */
export const roomFor = (metrics: number): number => Math.min(3000, 600 + 200 * metrics);

/** The metrics that a chart draws: its curves and what is around them. */
export const metricsOf = ({ curves }: ChartSpec): string[] => curves.flatMap(({ metric, band }) => (band ? [metric, band] : [metric]));

/** Lines of one chart: every curve of the run, and of each overlaid run the first, dashed. */
export function linesOf(spec: ChartSpec, series: readonly RunSeries[], { run, overlays, xUnit }: Drawing): Line[] {
  if (spec.stacked) return stackOf(spec.curves, series, run, xUnit).lines;
  const own = spec.curves.map((curve, i) =>
    lineOf(
      curve,
      styleOf(i),
      recordedSeries(series, run, curve.metric),
      xUnit,
      curve.band ? recordedSeries(series, run, curve.band) : undefined,
    ),
  );
  const [lead] = spec.curves;
  const others = overlays.map(({ run: id, name }, i): Line => {
    const line = lineOf(lead, overlayStyle(i, own.length), recordedSeries(series, id, lead.metric), xUnit);
    return { ...line, label: name, meaning: `${lead.label} of ${name}`, overlay: true };
  });
  return [...own, ...others.filter((l) => l.points.length > 0)];
}

/** What a chart says of itself beside its curves: which steps it draws, and what it lacks. */
export function notesOf(spec: ChartSpec, series: readonly RunSeries[], { run, xUnit }: Pick<Drawing, 'run' | 'xUnit'>): string[] {
  const drawn = series.filter((s) => s.run === run && s.metrics.some(({ metric }) => metricsOf(spec).includes(metric)));
  const strideOf = (together: boolean): number =>
    drawn.filter((s) => isLedger(s) === together).reduce((most, s) => Math.max(most, s.stride), 1);
  const [stride, together] = [strideOf(false), strideOf(true)];
  const thinned = [
    ...(stride === 1 ? [] : [thinnedText(stride, metricsOf(spec).length)]),
    ...(together === 1 ? [] : [`groups of every ${together.toLocaleString('en-US')} steps are counted together`]),
  ];
  const isEmpty = spec.curves.every(({ metric }) => (recordedSeries(series, run, metric)?.metric.count ?? 0) === 0);
  if (isEmpty) return ['no number is known here'];
  return spec.stacked ? [...thinned, ...stackOf(spec.curves, series, run, xUnit).notes] : thinned;
}

/** Sums over several steps, not the lowest and highest of them. */
const isLedger = ({ metrics }: RunSeries): boolean => metrics.some(({ metric }) => metric.startsWith('signal/'));

/** `lowest and highest of every 16 steps` */
const thinnedText = (stride: number, metrics: number): string =>
  `${metrics > 1 ? 'each curve’s ' : ''}lowest and highest of every ${stride.toLocaleString('en-US')} steps`;

function lineOf(
  { label, meaning }: Curve,
  style: LineStyle,
  recorded: RecordedSeries | undefined,
  xUnit: XUnit,
  spread?: RecordedSeries,
): Line {
  const line: Line = { label, meaning, ...style, points: [] };
  if (!recorded) return line;
  const places = placesOf(recorded, xUnit);
  line.points = places.map((p) => p.point);
  // Both stand at the same steps, or nothing is known of the spread.
  if (spread?.series === recorded.series) {
    line.band = places.map(({ i, point: { y } }) => {
      const half = spread.metric.value[i];
      return half === null ? null : { low: y - half, high: y + half };
    });
  }
  const { smooth } = recorded.metric;
  if (smooth && places.length > fewPoints) line.smooth = places.map(({ i, point }) => smooth[i] ?? point.y);
  return line;
}

/**
 * Benchmark results as series, one per suite. Results know their step alone: tokens and seconds are those of the metrics there.
 * @param clock any series of the same run with many steps
 * @param metricNames a result that the trainer wrote as a metric too is not drawn twice
 */
export function benchmarkSeries(
  run: string,
  results: readonly BenchmarkView[],
  clock: RunSeries | undefined,
  metricNames: readonly string[] = [],
): RunSeries[] {
  const bySuite = new Map<string, BenchmarkView[]>();
  for (const result of results) {
    if (metricNames.includes(accuracyMetric(result.suite))) continue;
    const metric = `${benchmarkPrefix}${result.suite} (${result.mode})`;
    bySuite.set(metric, [...(bySuite.get(metric) ?? []), result]);
  }
  return [...bySuite].map(([metric, measured]): RunSeries => {
    const value = measured.map((m) => m.value);
    const count = value.filter((v) => v !== null).length;
    return {
      run,
      step: measured.map((m) => m.step),
      ...clockAt(
        clock,
        measured.map((m) => m.step),
      ),
      metrics: [{ metric, count, value, smooth: null, breaks: [] }],
      steps: measured.length,
      stride: 1,
    };
  });
}

/**
 * How fast a run samples and trains, and what share of its devices' peak that is, as one series: of steps that are known together the
 * last one's place.
 * @param metricNames what the trainer wrote itself is not drawn twice
 */
export function speedSeries(
  run: string,
  { speed: { steps, stride }, setup, peak }: ResourcesView,
  clock: RunSeries | undefined,
  metricNames: readonly string[] = [],
): RunSeries[] {
  const known = { setup, peak: peak?.flops ?? null };
  const rates = steps.map(({ sampling, training }) => ({
    sampling: samplingRate(sampling, known),
    training: trainingRate(training, known),
  }));
  const values: Record<string, (number | null)[]> = {
    'tokens/sampled_per_second': rates.map((r) => r.sampling.tokensPerSecond),
    'tokens/trained_per_second': rates.map((r) => r.training.tokensPerSecond),
    'mfu/sampling': rates.map((r) => r.sampling.utilisation),
    'mfu/training': rates.map((r) => r.training.utilisation),
  };
  const shown = Object.entries(values).filter(([name, of]) => !metricNames.includes(name) && of.some((v) => v !== null));
  if (shown.length === 0) return [];
  const last = steps.map(({ to }) => to);
  return [
    {
      run,
      step: last,
      ...clockAt(clock, last),
      metrics: shown.map(([metric, value]) => ({ metric, value, count: value.filter((v) => v !== null).length, smooth: null, breaks: [] })),
      steps: steps.length,
      stride,
    },
  ];
}

/** `grpo-lab 1`, or several when the results of a run were judged by several: it stands with every accuracy. */
export const checkersOf = (results: readonly BenchmarkView[]): string => [...new Set(results.flatMap((b) => b.checker ?? []))].join(', ');

/** `held-out` → `accuracy/held_out`. */
const accuracyMetric = (suite: string): string => `accuracy/${suite.replaceAll('-', '_')}`;

/** Tokens and seconds of steps, by the clock of another series of the run. */
export function clockAt(clock: RunSeries | undefined, steps: readonly number[]): Pick<RunSeries, 'tokens' | 'seconds'> {
  const at = new Map(clock?.step.map((step, i) => [step, i]));
  const places = steps.map((step) => at.get(step) ?? nearestStep(clock, step));
  const of = (axis: readonly (number | null)[] | undefined): (number | null)[] => places.map((i) => (i === undefined ? null : axis![i]));
  return { tokens: of(clock?.tokens), seconds: of(clock?.seconds) };
}

function nearestStep(clock: RunSeries | undefined, step: number): number | undefined {
  if (!clock || clock.step.length === 0) return undefined;
  const after = clock.step.findIndex((s) => s >= step);
  return after < 0 ? clock.step.length - 1 : after;
}

/** Smallest and largest x of a run's points, or undefined when there are none. */
export function extent(series: readonly RunSeries[], run: string, xUnit: XUnit): { min: number; max: number } | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const s of series) {
    if (s.run !== run) continue;
    for (const metric of s.metrics) {
      const points = pointsOf({ series: s, metric }, xUnit);
      if (points.length === 0) continue;
      min = Math.min(min, points[0].x);
      max = Math.max(max, points[points.length - 1].x);
    }
  }
  return min <= max ? { min, max } : undefined;
}

/** The steps around a range of x, half as far again on both sides: what is asked for when it is looked at more closely. */
export function stepsAround(
  series: readonly RunSeries[],
  run: string,
  xUnit: XUnit,
  { min, max }: { min: number; max: number },
): { from: number; to: number } | undefined {
  const margin = (max - min) / 2;
  let [from, to] = [-Infinity, Infinity];
  for (const s of series) {
    if (s.run !== run) continue;
    const axis = axisOf(s, xUnit);
    for (const [i, x] of axis.entries()) {
      if (x === null) continue;
      if (x <= min - margin) from = Math.max(from, s.step[i]);
      if (x >= max + margin) to = Math.min(to, s.step[i]);
    }
  }
  return from < to ? { from: Math.max(0, from), to: Math.min(Number.MAX_SAFE_INTEGER, to) } : undefined;
}
