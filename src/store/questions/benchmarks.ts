import { z } from 'zod';
import { isEvaluation, stageOf } from '../../core/methods.js';
import { count } from '../../protocol/count.js';
import type { RunIdentity } from '../../protocol/runFiles.js';
import { cutPage } from '../benchmarkPages.js';
import { modelOf } from '../evaluatedModel.js';
import { finite } from '../groupFacts.js';
import { storedIdentity } from '../identityRow.js';
import { question, rowLimit, runId } from '../question.js';
import type { Sqlite } from '../sqlite.js';
import type { BenchmarkCursor, BenchmarkedRun, BenchmarkPage, BenchmarkView, RunStep } from '../views.js';

export const benchmarkColumns = 'step, suite, mode, value, n, checker, low, high, samples, shots, temperature';
export const finiteBenchmark = <B extends BenchmarkView>(b: B): B => ({
  ...b,
  value: finite(b.value),
  low: finite(b.low),
  high: finite(b.high),
});

interface Known {
  version: number;
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
  const versions = db.prepare<[], { id: string; version: number }>('SELECT id, version FROM runs WHERE gone = 0');
  const identity = db.prepare<[string], { identity: string }>('SELECT identity FROM runs WHERE id = ?');
  // Run by run in the order of ids, within a run in that of the primary key: nothing is sorted.
  const rows = db.prepare<BenchmarkCursor & { limit: number }, BenchmarkView & { run: string }>(
    `SELECT r.id AS run, ${benchmarkColumns} FROM runs r CROSS JOIN benchmarks b ON b.run = r.key
     WHERE r.gone = 0 AND r.id >= @run AND (r.id > @run OR (b.suite, b.mode, b.step) > (@suite, @mode, @step))
     ORDER BY r.id, b.suite, b.mode, b.step LIMIT @limit`,
  );
  const known = new Map<string, Known>();

  /** Identities are large and seldom change: each is read when its run has changed. */
  function refresh(): void {
    const gone = new Set(known.keys());
    for (const { id, version } of versions.all()) {
      gone.delete(id);
      if (known.get(id)?.version === version) continue;
      known.set(id, { version, ...facts(storedIdentity(id, identity.get(id)!.identity)) });
    }
    for (const id of gone) known.delete(id);
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

function facts(identity: RunIdentity): Omit<Known, 'version'> {
  const { id, name, number, method, created, experiment, parent } = identity;
  const stage = stageOf(method);
  return {
    parent: parent && { run: parent.run, step: parent.step },
    evaluates: isEvaluation(method),
    run: {
      ...{ id, name, number, experiment: experiment.name, method, stage, created, trainedOn: trainedOn(experiment.resolved.data) },
      model: isEvaluation(method) && !parent ? modelOf(experiment.resolved) : null,
    },
  };
}

/** Data settings are ours (`generator`), or any other trainer's; several sources may be mixed. */
function trainedOn(data: unknown): string[] {
  if (typeof data !== 'object' || data === null) return [];
  const named = Object.entries(data).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'string') return key === 'generator' || key === 'dataset' ? [value] : [];
    return trainedOn(value);
  });
  return [...new Set(named)];
}
