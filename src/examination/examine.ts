/** Reads a run out of the store, in pages, and hands it to the doctor: of a launched run and of an import alike. */
import { allRows, rowsOf } from '../core/listPages.js';
import { Doctor, type Diagnosis } from '../doctor/doctor.js';
import type { ExaminedGroup, ExaminedTrace } from '../doctor/evidence.js';
import type { Examined } from '../doctor/examined.js';
import { namedSeries, type SeriesName } from '../doctor/namedSeries.js';
import type { StoreQueries } from '../store/questions.js';
import type { BenchmarkView, GroupNumbers, GroupTexts, MetricsRow } from '../store/views.js';
import { examinedRun } from './examinedRun.js';
import { examinedTrace } from './examinedTrace.js';

type Needed =
  | 'examinationFacts'
  | 'examinedMetrics'
  | 'examinedGroups'
  | 'examinedTexts'
  | 'tracedSolutions'
  | 'trace'
  | 'metricNames'
  | 'groupSteps'
  | 'benchmarks'
  | 'regrades';
/** The store's questions, answered in this thread or by others. */
export type ExaminationQuestions = {
  [N in Needed]: (...args: Parameters<StoreQueries[N]>) => ReturnType<StoreQueries[N]> | Promise<ReturnType<StoreQueries[N]>>;
};

/** A run of so many solutions is read with all its texts; of a larger one pairs of successive steps are. */
const fewSolutions = 20_000;
const textPairs = 64;
/** Groups of a step whose texts are read. */
const textGroups = 256;
/** Steps whose traces are looked into, and traces of each. */
const traceSteps = 48;
const tracesOfStep = 4;

/**
 * @param now ms since 1970
 * @param eachStep hears what is to be said after each step, when it asks for it
 * @returns null when there is no such run
 */
export async function examine(
  ask: ExaminationQuestions,
  run: string,
  now: number,
  eachStep?: (step: number, diagnosis: () => Diagnosis) => void,
): Promise<Examined | null> {
  const facts = await ask.examinationFacts(run);
  if (facts === null) return null;
  const regrades = await allRows((after) => ask.regrades(run, { after }));
  const series = namedSeries(await allRows((after) => ask.metricNames(run, { after })));
  const steps = (await allRows<number>((after) => ask.groupSteps(run, { before: after }))).reverse();
  const textsAt = facts.solutions <= fewSolutions ? new Set(steps) : pairsOf(steps);
  const tracesAt = new Set(evenly(steps, traceSteps));
  const heldOut = series['held-out'] === undefined ? heldOutOf(await allRows((after) => ask.benchmarks(run, { after }))) : null;
  const doctor = new Doctor(examinedRun(facts, regrades));

  const names = Object.values(series);
  const metrics = rowsOf((after) => ask.examinedMetrics(run, names, { after }));
  const groups = rowsOf((after) => ask.examinedGroups(run, { after }));
  let evaluationGroups = 0;
  let traces = true;
  let row = await metrics.next();
  let group = await groups.next();
  while (row.done !== true || group.done !== true) {
    const step = Math.min(row.done === true ? Infinity : row.value.step, group.done === true ? Infinity : group.value.step);
    const texts = textsAt.has(step) ? await textsOf(ask, run, step) : null;
    const trained = new Set<number>();
    for (; group.done !== true && group.value.step === step; group = await groups.next()) {
      if (group.value.split !== null) evaluationGroups++;
      else {
        trained.add(group.value.group);
        doctor.group(examinedGroup(group.value, texts?.get(group.value.group)), step);
      }
    }
    const found: ExaminedTrace[] = traces && tracesAt.has(step) ? await tracesAtStep(ask, run, step, trained) : [];
    // A run whose traces compare nothing does so nowhere.
    if (found.length > 0 && found.every((t) => t.sampler === null && t.ratio === null)) traces = false;
    const isRow = row.done !== true && row.value.step === step;
    const values = isRow ? seriesOf(series, row.value as MetricsRow) : {};
    const measured = heldOut?.get(step);
    if (measured !== undefined) values['held-out'] = measured;
    doctor.step({ step, time: isRow ? (row.value as MetricsRow).time : null, series: values, traces: found });
    eachStep?.(step, () => doctor.diagnosis(now));
    if (isRow) row = await metrics.next();
  }
  return { run, metrics: series, ...doctor.diagnosis(now), evaluationGroups, textSteps: textsAt.size, groupSteps: steps.length };
}

function seriesOf(series: Partial<Record<SeriesName, string>>, { values }: MetricsRow): Partial<Record<SeriesName, number>> {
  const found: Partial<Record<SeriesName, number>> = {};
  for (const [name, metric] of Object.entries(series) as [SeriesName, string][])
    if (Object.hasOwn(values, metric)) found[name] = values[metric] ?? NaN;
  return found;
}

const examinedGroup = ({ group, questionId, solutions }: GroupNumbers, texts: GroupTexts | undefined): ExaminedGroup => ({
  group,
  questionId,
  question: texts?.question,
  solutions: texts === undefined ? solutions : solutions.map((s, i) => ({ ...s, text: texts.texts[i] })),
});

async function textsOf(ask: ExaminationQuestions, run: string, step: number): Promise<Map<number, GroupTexts>> {
  const rows = await allRows((after) => ask.examinedTexts(run, step, { after, limit: textGroups }), textGroups);
  return new Map(rows.map((texts) => [texts.group, texts]));
}

async function tracesAtStep(ask: ExaminationQuestions, run: string, step: number, trained: ReadonlySet<number>): Promise<ExaminedTrace[]> {
  const found: ExaminedTrace[] = [];
  for (const place of await ask.tracedSolutions(run, step, tracesOfStep)) {
    if (!trained.has(place.group)) continue;
    const trace = await ask.trace(run, step, place.group, place.solution);
    if (trace !== null) found.push(examinedTrace(place, trace));
  }
  return found;
}

/** Greedy accuracy on the suite that was measured most often, by step; null where none was measured twice. */
function heldOutOf(results: readonly BenchmarkView[]): Map<number, number> | null {
  const suites = new Map<string, Map<number, number>>();
  for (const { suite, mode, step, value } of results) {
    if (mode !== 'greedy' || value === null) continue;
    const of = suites.get(suite) ?? new Map<number, number>();
    suites.set(suite, of.set(step, value));
  }
  const most = [...suites.values()].sort((a, b) => b.size - a.size).at(0);
  return most !== undefined && most.size > 1 ? most : null;
}

/** So many of a list, equally far apart, the first and the last among them. */
function evenly(list: readonly number[], n: number): number[] {
  if (list.length <= n) return [...list];
  return Array.from({ length: n }, (_, i) => list[Math.round((i * (list.length - 1)) / (n - 1))]);
}

/** Steps in pairs of successive ones, equally far apart. */
function pairsOf(steps: readonly number[]): Set<number> {
  const first = evenly(
    steps.slice(0, -1).map((_, i) => i),
    textPairs,
  );
  return new Set(first.flatMap((i) => [steps[i], steps[i + 1]]));
}
