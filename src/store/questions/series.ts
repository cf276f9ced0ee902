import { z } from 'zod';
import { movingAverage } from '../../core/movingAverage.js';
import { count } from '../../protocol/count.js';
import { finite } from '../groupFacts.js';
import { question, rowLimit, runId } from '../question.js';
import type { Sqlite } from '../sqlite.js';
import { commonSteps, placesIn, stretchesOf, thin, type Column } from '../thinning.js';
import type { MetricSeries, RunSeries, SeriesQuestion } from '../views.js';

/** Values in one answer: a chart of very many metrics or runs gets fewer steps. */
const mostValues = 200_000;
/** Runs times metrics of one question. */
const mostCurves = 20_000;

type Row = [step: number, value: number | null];

const which = z.strictObject({
  metrics: z.array(z.string()).max(1000),
  room: rowLimit.min(2),
  smoothing: z.number().min(0).max(0.999).optional(),
  from: count.optional(),
  to: count.optional(),
});

export const seriesQuestions = {
  /** The metrics of one chart, thinned together to what it has room for: one for each run that has any of them, in the order asked. */
  series: question(
    z.tuple([z.array(runId).max(1000), which]).refine(([runs, { metrics }]) => runs.length * metrics.length <= mostCurves, {
      message: `More than ${mostCurves} curves were asked for.`,
    }),
    ({ db }) => {
      const of = seriesOfRun(db);
      return (runs, question): RunSeries[] => runs.flatMap((run) => of(run, question, mostValues / runs.length) ?? []);
    },
  ),
};

function seriesOfRun(db: Sqlite): (run: string, question: SeriesQuestion, most: number) => RunSeries | undefined {
  const created = db.prepare<[string], { key: number; created: string }>('SELECT key, created FROM runs WHERE id = ? AND gone = 0');
  const metricId = db.prepare<[number, string], number>('SELECT id FROM metric_names WHERE run = ? AND name = ?').pluck();
  const rows = db.prepare<[number], Row>('SELECT step, value FROM metrics WHERE metric = ? ORDER BY step').raw();
  const timeAt = db.prepare<[number, number], number | null>('SELECT time FROM metrics WHERE metric = ? AND step = ?').pluck();
  const newestAt = db
    .prepare<[number, number], number | null>('SELECT value FROM metrics WHERE metric = ? AND step <= ? ORDER BY step DESC LIMIT 1')
    .pluck();

  function columnOf(id: number): Column {
    const all = rows.all(id);
    const column: Column = { step: new Float64Array(all.length), value: new Float64Array(all.length) };
    for (let i = 0; i < all.length; i++) {
      column.step[i] = all[i][0];
      column.value[i] = finite(all[i][1]) ?? NaN;
    }
    return column;
  }

  return (run, { metrics, room, smoothing = 0, from, to }, most) => {
    const found = created.get(run);
    if (found === undefined) return undefined;
    const known = metrics.flatMap((metric) => {
      const id = metricId.get(found.key, metric);
      const column = id === undefined ? undefined : columnOf(id);
      return id === undefined || column === undefined || column.step.length === 0 ? [] : [{ metric, id, column }];
    });
    if (known.length === 0) return undefined;
    const steps = commonSteps(known.map((m) => m.column));
    const placed = known.map((m) => ({ ...m, places: placesIn(steps, m.column) }));
    const first = from === undefined ? 0 : lowerBound(steps, from);
    const last = to === undefined ? steps.length : lowerBound(steps, to + 1);
    const spread = placed.map(({ column, places }) => spreadOut(column, places));
    const rows = Math.max(2, Math.floor(most / known.length));
    const { kept: extremes, stride } = thin(spread, Math.min(room, rows), first, last);
    const kept = extremes.length <= rows ? extremes : evenlyOf(extremes, rows);

    const start = Date.parse(found.created);
    const total = metricId.get(found.key, 'tokens/total');
    const secondsAt = (i: number): number | null => {
      const recorded = placed.find(({ places }) => places[i] >= 0);
      const time = recorded ? (timeAt.get(recorded.id, steps[i]) ?? null) : null;
      return time === null ? null : finite((time - start) / 1000);
    };
    return {
      run,
      step: kept.map((i) => steps[i]),
      tokens: kept.map((i) => (total === undefined ? null : finite(newestAt.get(total, steps[i]) ?? null))),
      seconds: kept.map(secondsAt),
      metrics: placed.map(({ metric, column, places }, m) => ({
        metric,
        count: spread[m].subarray(first, last).reduce((n, y) => (Number.isNaN(y) ? n : n + 1), 0),
        ...keptOf(column, places, kept, smoothing),
      })),
      steps: Math.max(0, last - first),
      stride,
    };
  };
}

function keptOf(column: Column, places: Int32Array, kept: readonly number[], smoothing: number): Omit<MetricSeries, 'metric' | 'count'> {
  const at = (values: Float64Array): (number | null)[] => kept.map((i) => (places[i] < 0 ? null : finite(values[places[i]])));
  const stretches = stretchesOf(column);
  const breaks: number[] = [];
  let current: number | undefined;
  for (const [k, i] of kept.entries()) {
    const stretch = places[i] < 0 ? -1 : stretches[places[i]];
    if (stretch < 0) continue;
    if (current !== undefined && stretch !== current) breaks.push(k);
    current = stretch;
  }
  return { value: at(column.value), smooth: smoothing > 0 ? at(movingAverage(column.value, smoothing)) : null, breaks };
}

/** So many of a list, the first and the last among them. @param n at least 2, fewer than the list has */
const evenlyOf = (list: readonly number[], n: number): number[] =>
  Array.from({ length: n }, (_, i) => list[Math.round((i * (list.length - 1)) / (n - 1))]);

/** A column's values at the common steps; NaN where it has none. */
function spreadOut({ value }: Column, places: Int32Array): Float64Array {
  const spread = new Float64Array(places.length).fill(NaN);
  for (let i = 0; i < places.length; i++) if (places[i] >= 0) spread[i] = value[places[i]];
  return spread;
}

/** @returns the first place of `step` or of what follows it */
function lowerBound(steps: Float64Array, step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
