/** What the charts draw: a suite over the steps of its runs, and votes and passes against K. Values in per cent. Pure. */
import { largest, smallest } from '../../src/core/extremes.js';
import { publishedCounterpart, publishedOthers, publishedStages } from '../../src/core/published.js';
import { isEvaluation, type Stage } from '../../src/core/methods.js';
import { overlayStyle, styleOf, type Line, type Point } from '../shared/charts/line.js';
import type { RunStep } from '../../src/store/views.js';
import {
  bySuite,
  modeOf,
  scoreOf,
  type TestedCheckpoint,
  type Column,
  type Results,
  type CellScore,
} from '../../src/contracts/benchmarkResults.js';

/** Lines of one chart: more cannot be told apart. */
export const mostRuns = 8;

export interface RunCurve {
  line: Line;
  run: string;
  /** Where each point's result lies. */
  at: RunStep[];
}

/** One curve per run of a stage, newest runs first, over the run's own steps: what it measured at step 0 is its beginning. */
export function runCurves({ all, runs }: Results, column: Column, stage: Stage | null): RunCurve[] {
  const scores = new Map<string, Map<number, CellScore>>();
  for (const result of all) {
    if (result.suite !== column.suite || result.mode !== column.mode) continue;
    const score = scoreOf(result);
    const { run, step } = isEvaluation(runs.get(result.run)?.method ?? '') ? result.of : result;
    if ((runs.get(run)?.stage ?? null) !== stage) continue;
    const known = scores.get(run)?.get(step);
    if (score && (!known || score.n >= known.n)) scores.set(run, (scores.get(run) ?? new Map<number, CellScore>()).set(step, score));
  }
  const created = (run: string): string => runs.get(run)?.created ?? '';
  const newest = [...scores].sort(([a], [b]) => (created(a) < created(b) ? 1 : created(a) > created(b) ? -1 : 0)).slice(0, mostRuns);
  return newest.map(([run, byStep], i) => {
    const steps = [...byStep].sort(([a], [b]) => a - b);
    const name = runs.get(run)?.name ?? run;
    const line = lineOf(
      name,
      `${column.suite} (${column.mode}) of ${name}, with the 95 % interval`,
      i,
      steps.map(([step, score]) => [step, step, score]),
    );
    return { run, line, at: steps.map(([, { result }]) => ({ run: result.run, step: result.step })) };
  });
}

function lineOf(label: string, meaning: string, i: number, scores: [x: number, step: number, score: CellScore][]): Line {
  return {
    label,
    meaning,
    ...styleOf(i),
    points: scores.map(([x, step, { mean }]): Point => ({ x, step, y: 100 * mean })),
    band: scores.map(([, , { low, high }]) => ({ low: 100 * low, high: 100 * high })),
    interval: true,
  };
}

/** Horizontal lines of the published counterpart of a suite, as wide as what is drawn. Only answers taken in the same way are beside each other. */
export function publishedLines(column: Column, curves: readonly Line[]): Line[] {
  const benchmark = publishedCounterpart(column.suite);
  const xs = curves.flatMap((l) => l.points.map((p) => p.x));
  if (!benchmark || xs.length === 0) return [];
  const ends = [smallest(xs), largest(xs)];
  const published = [...publishedStages, ...publishedOthers].filter(
    ({ mode, scores }) => scores[benchmark] !== undefined && mode === column.mode,
  );
  return published.map(({ model, place, scores }, i): Line => {
    const value = scores[benchmark]!;
    const meaning = `Published: ${model} on ${benchmark} (DeepSeekMath, ${place}). Not measured here, and not on these questions.`;
    const points = ends.map((x) => ({ x, step: x, y: value }));
    return { label: model, meaning, ...overlayStyle(i, curves.length), overlay: true, points };
  });
}

/** Suites that were voted on or passed at two K at least, by one of the checkpoints. */
export function suitesWithK(columns: readonly Column[]): string[] {
  const sampled = columns.filter(({ mode }) => /^(maj|pass)@\d+$/.test(mode));
  const suites = [...new Set(sampled.map((c) => c.suite))].sort(bySuite);
  return suites.filter((s) => new Set(sampled.filter((c) => c.suite === s).map((c) => modeOf(c.mode).k)).size > 1);
}

/** Maj@K and Pass@K of one suite against log₂ K: before dashed, after solid. */
export function linesAgainstK(suite: string, before: TestedCheckpoint, after: TestedCheckpoint): Line[] {
  const kinds = [
    { kind: 'maj', name: 'Maj@K', meaning: 'Share of questions whose most frequent answer among K is right', color: 0 },
    { kind: 'pass', name: 'Pass@K', meaning: 'Share of questions that at least one of K solutions solves', color: 1 },
  ];
  return kinds.flatMap(({ kind, name, meaning, color }) =>
    [before, after].flatMap((checkpoint, i): Line[] => {
      const scores = [...checkpoint.scores.values()]
        .filter(({ result }) => result.suite === suite && modeOf(result.mode).kind === kind)
        .map((score): [number, number, CellScore] => [Math.log2(modeOf(score.result.mode).k), modeOf(score.result.mode).k, score])
        .sort(([a], [b]) => a - b);
      if (scores.length === 0) return [];
      const when = i === 0 ? 'before' : 'after';
      return [{ ...lineOf(`${name} ${when}`, `${meaning}, ${when}.`, color, scores), ...(i === 0 && { dash: 1 }) }];
    }),
  );
}
