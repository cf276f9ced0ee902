import { z } from 'zod';
import { isEvaluation, stageOf } from '../../core/methods.js';
import { count } from '../../protocol/count.js';
import { cutPage } from '../benchmarkPages.js';
import { finite } from '../groupFacts.js';
import { question, rowLimit, runId } from '../question.js';
import type { Sqlite } from '../sqlite.js';
import type { BenchmarkCursor, BenchmarkedRun, BenchmarkPage, BenchmarkView, RunStep } from '../views.js';

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
interface Known {
  parent: RunStep | null;
  evaluates: boolean;
  run: Omit<BenchmarkedRun, 'lineage'>;
}

/** Longer chains end there: a lineage that goes in a circle is somebody's mistake, not ours to follow. */
const longestLineage = 100;

const pageArgument = z.strictObject({
  after: z.strictObject({ run: runId, step: count, suite: z.string(), mode: z.string() }).optional(),
  limit: rowLimit,
});

export const benchmarkQuestions = {
  /** Those of all runs, in the order of run, suite, mode and step. */
  allBenchmarks: question(z.tuple([pageArgument]), ({ db }) => resultsOfAll(db)),
};

/** Results of all runs, each with the checkpoint that it speaks of. */
function resultsOfAll(db: Sqlite): (page: z.infer<typeof pageArgument>) => BenchmarkPage {
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
  const known = new Map<string, Known>();
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

  return ({ after = { run: '', suite: '', mode: '', step: -1 }, limit }) => {
    refresh();
    const found = rows.all({ ...after, limit: limit + 1 });
    const { results, next } = cutPage(
      found.map((b) => ({ ...finiteBenchmark(b), of: checkpointOf(b.run, b.step) })),
      limit,
    );
    const runs = new Map<string, BenchmarkedRun>();
    for (const id of new Set(results.flatMap((b) => [b.run, b.of.run])))
      for (const named of [id, ...lineageOf(id).map((a) => a.run)]) {
        const run = known.get(named)?.run;
        if (run && !runs.has(named)) runs.set(named, { ...run, lineage: lineageOf(named) });
      }
    return { results, runs: [...runs.values()], next };
  };
}
