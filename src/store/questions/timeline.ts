import { z } from 'zod';
import { blocksOf } from '../../core/spanBlocks.js';
import { spanTimes } from '../../core/spanTimes.js';
import { count } from '../../protocol/count.js';
import { phaseSeconds } from '../phaseSeconds.js';
import { question, rowLimit, runId } from '../question.js';
import { extent, runSpans, type KeptNames, type RunSpans } from '../runSpans.js';
import { SeriesWindow } from '../telemetrySeries.js';
import type { ShareOfSteps, Telemetry, Timeline, TimeShares, TimeSums, TimeWindow } from '../views.js';

/** Lanes in one answer; what there is besides is counted. */
const mostLanes = 64;
/** Columns of a drawing, and steps beside each other. */
const room = rowLimit.max(4000);

const time = z.number().int();
const window = z.strictObject({ from: time.optional(), to: time.optional(), step: count.optional(), room });

export const timelineQuestions = {
  /** Null when the run has no spans. */
  timeline: question(z.tuple([runId, window]), (connection) => {
    const spans = runSpans(connection);
    return (run, { from, to, step, room }): Timeline | null => {
      const found = spans(run);
      if (!found) return null;
      const { columns, lanes, names } = found;
      const [first, last] = found.isEmpty ? [0, 0] : extent(columns, () => true);
      const [stepFirst, stepLast] = step === undefined ? [Infinity, -Infinity] : extent(columns, (i) => columns.step[i] === step);
      const bounds = stepFirst <= stepLast ? [stepFirst, stepLast] : [from ?? first, to ?? last];
      const shown = Math.min(lanes.length, mostLanes);
      const { blocks, count: within, around, shortest } = blocksOf(columns, bounds[0], Math.max(bounds[0] + 1, bounds[1]), room, shown);
      return {
        lanes: lanes.slice(0, shown),
        moreLanes: lanes.length - shown,
        ...names,
        ...{ first, last, from: bounds[0], to: bounds[1] },
        ...{ blocks, around, within, shortest, spans: columns.start.length, misplaced: found.misplaced },
      };
    };
  }),

  /** What a run's time went into: by its spans, or where it has none by its metrics `seconds/*`; null when it has neither. */
  timeShares: question(z.tuple([runId, z.strictObject({ room })]), (connection) => {
    const spans = runSpans(connection);
    const seconds = phaseSeconds(connection.db);
    return (run, { room }): TimeShares | null => {
      const found = spans(run);
      if (found && !found.isEmpty) return sharesOfSpans(found, room);
      const phases = seconds(run);
      return phases && { ...sharesOf('metrics', phases, phases.steps, room), lanes: [], moreLanes: 0, overlapping: phases.overlapping };
    };
  }),

  /** What was measured of devices in a window. */
  telemetry: question(z.tuple([runId, window.omit({ step: true })]), ({ db }) => {
    const ends = db.prepare<[string], { first: number | null; last: number | null }>(
      `SELECT min(time) AS first, max(time) AS last FROM telemetry WHERE run = (SELECT key FROM runs WHERE id = ? AND gone = 0)`,
    );
    const rows = db.prepare<[{ run: string; from: number; to: number }], { time: number; device: string; values: string }>(
      `SELECT time, device, "values" FROM telemetry WHERE run = (SELECT key FROM runs WHERE id = @run AND gone = 0)
       AND time BETWEEN @from AND @to ORDER BY time, seq`,
    );
    return (run, { from, to, room }: Omit<TimeWindow, 'step'>): Telemetry => {
      const { first, last } = ends.get(run)!;
      if (first === null || last === null) return { series: [], moreSeries: 0, first: null, last: null, stride: 0 };
      const bounds = { from: from ?? first, to: to ?? last };
      const series = new SeriesWindow(bounds.from, bounds.to, room);
      for (const row of rows.iterate({ run, ...bounds })) series.add(row.time, row.device, row.values);
      return { ...series.thinned(), first, last };
    };
  }),
};

const seconds = (ms: number): number => ms / 1000;

const sharesOf = (source: TimeShares['source'], { names, otherNames }: KeptNames, steps: readonly ShareOfSteps[], room: number) => ({
  ...{ source, names, otherNames },
  ...togetherBy(steps, room),
  total: sumOf(steps, names.length),
});

function sharesOfSpans({ columns, lanes, names }: RunSpans, room: number): TimeShares {
  const times = spanTimes(columns, lanes.length, names.names.length);
  const steps = times.steps.map(({ step, busy, waiting }) => ({
    from: step,
    to: step,
    busy: busy.map(seconds),
    waiting: seconds(waiting),
  }));
  return {
    ...sharesOf('spans', names, steps, room),
    lanes: times.lanes.slice(0, mostLanes).map(({ spans, busy, waiting, alone }, l) => ({
      ...{ lane: lanes[l], spans, busy: busy.map(seconds), waiting: waiting.map(seconds), alone: seconds(alone) },
    })),
    moreLanes: Math.max(0, lanes.length - mostLanes),
    overlapping: 0,
  };
}

function sumOf(all: readonly TimeSums[], names: number): TimeSums {
  const sum: TimeSums = { busy: new Array<number>(names).fill(0), waiting: 0 };
  for (const { busy, waiting } of all) {
    for (let k = 0; k < names; k++) sum.busy[k] += busy[k];
    sum.waiting += waiting;
  }
  return sum;
}

/** At most `room` sums of neighbours. */
function togetherBy(steps: readonly ShareOfSteps[], room: number): Pick<TimeShares, 'steps' | 'stride'> {
  const stride = Math.max(1, Math.ceil(steps.length / room));
  if (stride === 1) return { steps: [...steps], stride };
  const together: ShareOfSteps[] = [];
  for (let i = 0; i < steps.length; i += stride) {
    const part = steps.slice(i, i + stride);
    together.push({ from: part[0].from, to: part.at(-1)!.to, ...sumOf(part, part[0].busy.length) });
  }
  return { steps: together, stride };
}
