/** Results of all runs as checkpoints with scores. Pure. */
import { naturally } from '../core/naturalOrder.js';
import { largest } from '../core/extremes.js';
import { wilsonInterval, type MeanInterval } from '../core/estimators.js';
import { isEvaluation, type Stage } from '../core/methods.js';
import type { BenchmarkedRun, BenchmarkPage, BenchmarkResult, RunStep } from '../store/views.js';

/** A suite taken in one way, e.g. `gsm` greedy. */
export interface Column {
  id: string;
  suite: string;
  mode: string;
}

/** One cell: the result that counts, with its interval. */
export interface CellScore extends MeanInterval {
  n: number;
  /** The interval was not told, and is Wilson's of n questions. */
  derived: boolean;
  result: BenchmarkResult;
  /** Other results of the same checkpoint and column that it was preferred to. */
  others: number;
}

/** Weights that were tested: a run at a step. */
export interface TestedCheckpoint {
  id: string;
  at: RunStep;
  /** Undefined when the run is not here (any more). */
  run: BenchmarkedRun | undefined;
  stage: Stage | null;
  /** By column id. */
  scores: Map<string, CellScore>;
}

export interface Results {
  columns: Column[];
  checkpoints: Map<string, TestedCheckpoint>;
  runs: Map<string, BenchmarkedRun>;
  /** Everything told, in order of step. */
  all: BenchmarkResult[];
}

export const columnId = (suite: string, mode: string): string => `${suite}\n${mode}`;
export const checkpointId = ({ run, step }: RunStep): string => `${run}@${step}`;

/** Own questions first, then the suites in the paper's order, then files. */
const suiteOrder = ['held-out', 'validation', 'gsm', 'math', 'gsm-zh', 'elementary-zh', 'tools'];
const modeOrder = ['greedy', 'sampled', 'maj', 'pass'];

/** `maj@8` → kind and K; a mode without a number has K 1. */
export function modeOf(mode: string): { kind: string; k: number } {
  const m = /^(.+)@(\d{1,6})$/.exec(mode);
  return m ? { kind: m[1], k: Number(m[2]) } : { kind: mode, k: 1 };
}

const rank = (order: readonly string[], name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);

export const bySuite = (a: string, b: string): number => rank(suiteOrder, a) - rank(suiteOrder, b) || naturally(a, b);

function byColumn(a: Column, b: Column): number {
  const [p, q] = [modeOf(a.mode), modeOf(b.mode)];
  const byKind = rank(modeOrder, p.kind) - rank(modeOrder, q.kind);
  return bySuite(a.suite, b.suite) || byKind || naturally(p.kind, q.kind) || p.k - q.k;
}

/** The distinct columns of results, by suite and mode. */
export function columnsOf(results: readonly Pick<Column, 'suite' | 'mode'>[]): Column[] {
  const found = new Map(results.map(({ suite, mode }) => [columnId(suite, mode), { id: columnId(suite, mode), suite, mode }]));
  return [...found.values()].sort(byColumn);
}

export function gather(pages: readonly BenchmarkPage[]): Results {
  const runs = new Map(pages.flatMap((p) => p.runs).map((r) => [r.id, r]));
  const all = pages.flatMap((p) => p.results).sort((a, b) => a.of.step - b.of.step);
  const checkpoints = new Map<string, TestedCheckpoint>();
  const created = (r: BenchmarkResult): string => runs.get(r.run)?.created ?? '';
  for (const result of all) {
    const score = scoreOf(result);
    if (!score) continue;
    const { suite, mode, of } = result;
    const id = columnId(suite, mode);
    const checkpoint = checkpoints.get(checkpointId(of)) ?? checkpointAt(of, runs);
    checkpoints.set(checkpoint.id, checkpoint);
    const known = checkpoint.scores.get(id);
    const better = !known || score.n > known.n || (score.n === known.n && created(result) >= created(known.result));
    const others = known ? known.others + 1 : 0;
    checkpoint.scores.set(id, { ...(better ? score : known), others });
  }
  return { columns: columnsOf(all.filter((r) => r.value !== null)), checkpoints, runs, all };
}

export function checkpointAt(at: RunStep, runs: ReadonlyMap<string, BenchmarkedRun>): TestedCheckpoint {
  const run = runs.get(at.run);
  const stage = at.step === 0 && run?.lineage.length === 0 && !isEvaluation(run.method) ? 'base' : (run?.stage ?? null);
  return { id: checkpointId(at), at, run, stage, scores: new Map() };
}

/** @returns undefined when the result has no value */
export function scoreOf(result: BenchmarkResult): CellScore | undefined {
  const { value, n, low, high } = result;
  if (value === null) return undefined;
  const isWhole = low !== null && high !== null && low <= value && value <= high;
  const interval = isWhole ? { low, high } : wilsonInterval(Math.min(Math.max(value, 0), 1) * n, n);
  return { mean: value, ...interval, n, derived: !isWhole, result, others: 0 };
}

/** One column per suite: its first mode. */
export const leadColumns = (columns: readonly Column[]): Column[] =>
  columns.filter((c, i) => columns.at(i - 1)?.suite !== c.suite || i === 0);

/** Of every suite one column per kind of mode, that with the largest K: the others are points of a curve. */
export const keyColumns = (columns: readonly Column[]): Column[] =>
  columns.filter((c, i) => {
    const next = columns.at(i + 1);
    return next?.suite !== c.suite || modeOf(next.mode).kind !== modeOf(c.mode).kind;
  });

/** Questions of a column, where all its results are of equally many. */
export function commonSize(checkpoints: readonly TestedCheckpoint[], column: string): number | undefined {
  const sizes = new Set(checkpoints.flatMap((c) => c.scores.get(column)?.n ?? []));
  return sizes.size === 1 ? [...sizes][0] : undefined;
}

/** Those that at least two checkpoints were measured on: one alone is not the best of anything. */
export function comparedColumns(checkpoints: Iterable<TestedCheckpoint>, columns: readonly Column[]): Column[] {
  const all = [...checkpoints];
  return columns.filter((column) => all.filter((c) => c.scores.has(column.id)).length > 1);
}

/** The highest value of a column among the checkpoints; all that share it are best. */
export function bestOf(checkpoints: readonly TestedCheckpoint[], column: string): number | undefined {
  const values = checkpoints.flatMap((c) => c.scores.get(column)?.mean ?? []);
  return values.length === 0 ? undefined : largest(values);
}
