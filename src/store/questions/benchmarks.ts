import { z } from 'zod';
import { isEvaluation, stageOf } from '../../core/methods.js';
import { count } from '../../protocol/count.js';
import { finite } from '../groupFacts.js';
import { placeOf } from '../benchmarkPages.js';
import { bytesOf, pageBytes, question, rowLimit, runId } from '../question.js';
import type { Sqlite } from '../sqlite.js';
import type { BenchmarkCursor, BenchmarkedRun, BenchmarkPage, BenchmarkResult, BenchmarkView, RunStep } from '../views.js';

/** Of a row `b` of the table of benchmarks. */
export const benchmarkColumns = 'b.step, b.suite, b.mode, b.value, b.n, b.checker, b.low, b.high, b.samples, b.shots, b.temperature';
export const finiteBenchmark = <B extends BenchmarkView>(b: B): B => ({
  ...b,
  value: finite(b.value),
  low: finite(b.low),
  high: finite(b.high),
});

interface RunRow {
  id: string;
  gone: number;
  version: number;
  name: string;
  number: number;
  experiment: string;
  method: string;
  created: string;
  parent_run: string | null;
  parent_step: number;
  evaluated: string | null;
  trained_on: string;
}
interface RunFacts {
  parent: RunStep | null;
  evaluates: boolean;
  run: Omit<BenchmarkedRun, 'lineage'>;
}

/** Longer chains end there: a lineage that goes in a circle is somebody's mistake, not ours to follow. */
const longestLineage = 100;

const page = z.strictObject({
  after: z.strictObject({ run: runId, step: count, suite: z.string(), mode: z.string() }).optional(),
  limit: rowLimit,
});

export const benchmarkQuestions = {
  /** Those of all runs, in the order of run, suite, mode and step. */
  allBenchmarks: question(z.tuple([page]), ({ db }) => resultsOfAll(db)),
};

/** Results of all runs, each with the checkpoint that it speaks of. */
function resultsOfAll(db: Sqlite): (which: z.infer<typeof page>) => BenchmarkPage {
  const changed = db.prepare<[number], RunRow>(
    `SELECT id, gone, version, name, number, experiment, method, created, parent_run, parent_step, evaluated, trained_on
     FROM runs WHERE version > ?`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM runs WHERE gone = 0').pluck();
  // Run by run in the order of ids, within a run in that of the primary key: nothing is sorted.
  const rows = db.prepare<BenchmarkCursor & { limit: number }, BenchmarkView & { run: string }>(
    `SELECT r.id AS run, ${benchmarkColumns} FROM runs r CROSS JOIN benchmarks b ON b.run = r.key
     WHERE r.gone = 0 AND r.id >= @run AND (r.id > @run OR (b.suite, b.mode, b.step) > (@suite, @mode, @step))
     ORDER BY r.id, b.suite, b.mode, b.step LIMIT @limit`,
  );
  const known = new Map<string, RunFacts>();
  let seen = -1;

  /** What is known of the runs that changed since; when one has left nothing behind, of all. */
  function refresh(): void {
    readChanged();
    if (known.size === count.get()) return;
    known.clear();
    seen = -1;
    readChanged();
  }

  function readChanged(): void {
    for (const { id, gone, version, parent_run, parent_step, ...row } of changed.all(seen)) {
      seen = Math.max(seen, version);
      if (gone === 1) {
        known.delete(id);
        continue;
      }
      const evaluates = isEvaluation(row.method);
      const { name, number, experiment, method, created, evaluated: model } = row;
      const trainedOn = JSON.parse(row.trained_on) as string[];
      const run = { id, name, number, experiment, method, stage: stageOf(method), created, trainedOn, model };
      known.set(id, { parent: parent_run === null ? null : { run: parent_run, step: parent_step }, evaluates, run });
    }
  }

  /**
   * Follows evaluations to what they evaluate, and steps 0 to what they start from. An evaluation's own steps are its suites: where its
   * weights are from no run, they are all the same ones.
   */
  function checkpointOf(run: string, step: number): RunStep {
    let at: RunStep = { run, step };
    for (let turns = 0; turns < longestLineage; turns++) {
      const here = known.get(at.run);
      if (!here?.parent) return here?.evaluates ? { run: at.run, step: 0 } : at;
      if (!here.evaluates && at.step !== 0) return at;
      at = here.parent;
    }
    return { run, step };
  }

  function lineageOf(run: string): RunStep[] {
    const lineage: RunStep[] = [];
    const seen = new Set([run]);
    for (let at = known.get(run)?.parent ?? null; at !== null; at = known.get(at.run)?.parent ?? null) {
      if (seen.has(at.run) || seen.size > longestLineage) break;
      seen.add(at.run);
      lineage.unshift(at);
    }
    return lineage;
  }

  /** The runs that a result speaks of, and their ancestors, as far as they are not named yet. */
  function runsOf({ run, of }: BenchmarkResult, named: Map<string, BenchmarkedRun>): number {
    let bytes = 0;
    for (const id of [run, of.run].flatMap((at) => [at, ...lineageOf(at).map((a) => a.run)])) {
      const found = named.has(id) ? undefined : known.get(id)?.run;
      if (found === undefined) continue;
      named.set(id, { ...found, lineage: lineageOf(id) });
      bytes += bytesOf(named.get(id));
    }
    return bytes;
  }

  return ({ after = { run: '', suite: '', mode: '', step: -1 }, limit }) => {
    refresh();
    const results: BenchmarkResult[] = [];
    const runs = new Map<string, BenchmarkedRun>();
    let bytes = 0;
    for (const b of rows.iterate({ ...after, limit: limit + 1 })) {
      if (results.length > 0 && (results.length === limit || bytes >= pageBytes))
        return { results, runs: [...runs.values()], next: placeOf(results[results.length - 1]) };
      const result = { ...finiteBenchmark(b), of: checkpointOf(b.run, b.step) };
      results.push(result);
      bytes += bytesOf(result) + runsOf(result, runs);
    }
    return { results, runs: [...runs.values()], next: null };
  };
}
