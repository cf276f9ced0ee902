import { logpTemperatures } from '../../core/logpTemperature.js';
import { z } from 'zod';
import type { RunIdentity } from '../../protocol/runFiles.js';
import { storedIdentity } from '../identityRow.js';
import type { ListPage } from '../../core/listPages.js';
import { listPage, pageArgument, question, runId, usualRows, type Connection } from '../question.js';
import { noSpark } from '../summaryRow.js';
import type { RunDetail, RunPlace, RunState, RunSummary } from '../views.js';

interface RunRow {
  key: number;
  id: string;
  name: string;
  number: number;
  experiment: string;
  experiment_path: string | null;
  backend: string;
  method: string;
  state: RunState;
  message: string | null;
  step: number;
  status_total: number | null;
  total_steps: number | null;
  parent_run: string | null;
  parent_step: number;
  reward_model_run: string | null;
  reward_model_step: number;
  created: string;
  last_time: number | null;
  latest: string;
  spark: string | null;
  seconds_per_step: number | null;
  problems: number;
  unknown: number;
  import_source: string | null;
  import_format: string | null;
}

const columns = `key, id, name, number, experiment, experiment_path, backend, method, state, message, step, status_total, total_steps,
  parent_run, parent_step, reward_model_run, reward_model_step, created, last_time, latest, spark, seconds_per_step, problems, unknown,
  import_source, import_format`;

const runStep = (run: string | null, step: number): RunSummary['parent'] => (run === null ? null : { run, step });

/** A row that was damaged breaks no list. */
function parsed<T>(json: string | null, otherwise: T): T {
  try {
    return json === null ? otherwise : (JSON.parse(json) as T);
  } catch {
    return otherwise;
  }
}

function summary(row: RunRow, { quiet }: Connection): RunSummary {
  const { id, state, created, last_time } = row;
  return {
    id,
    name: row.name,
    number: row.number,
    experiment: row.experiment,
    experimentPath: row.experiment_path,
    backend: row.backend,
    method: row.method,
    state,
    // No event says so: it is how long ago the last one was.
    quietSince: quiet.since({ id, state, last_time, created }, Date.now()),
    message: row.message,
    step: row.step,
    totalSteps: row.status_total ?? row.total_steps,
    parent: runStep(row.parent_run, row.parent_step),
    rewardModel: runStep(row.reward_model_run, row.reward_model_step),
    created,
    updated: last_time === null ? created : new Date(last_time).toISOString(),
    latest: parsed(row.latest, {}),
    spark: parsed(row.spark, noSpark),
    secondsPerStep: row.seconds_per_step,
    problems: row.problems,
    importedFrom: row.import_source,
    importFormat: row.import_format,
  };
}

/** The last run of a page. */
const runPlace = z.strictObject({ created: z.string(), id: runId });

export const runQuestions = {
  /** Newest first. */
  runs: question(z.tuple([pageArgument(runPlace).optional()]), (connection) => {
    const first = connection.db.prepare<[number], RunRow>(
      `SELECT ${columns} FROM runs WHERE gone = 0 ORDER BY created DESC, id DESC LIMIT ?`,
    );
    const further = connection.db.prepare<[string, string, number], RunRow>(
      `SELECT ${columns} FROM runs WHERE gone = 0 AND (created, id) < (?, ?) ORDER BY created DESC, id DESC LIMIT ?`,
    );
    return ({ after, limit = usualRows } = {}): ListPage<RunSummary, RunPlace> => {
      const rows = after ? further.iterate(after.created, after.id, limit + 1) : first.iterate(limit + 1);
      return listPage(
        rows,
        limit,
        (row) => summary(row, connection),
        ({ created, id }) => ({ created, id }),
      );
    };
  }),

  run: question(z.tuple([runId]), (connection) => {
    const { db } = connection;
    const one = db.prepare<[string], RunRow & { identity: string | null }>(
      `SELECT ${columns}, (SELECT json FROM identities WHERE run = key) AS identity FROM runs WHERE gone = 0 AND id = ?`,
    );
    const tail = db.prepare<{ run: number }, { tail: string | null }>(
      `SELECT tail, seq, 1 AS said FROM processes WHERE run = $run AND state <> 'started'
       UNION ALL SELECT tail, seq, 0 FROM losses WHERE run = $run ORDER BY seq DESC, said DESC LIMIT 1`,
    );
    return (id): RunDetail | null => {
      const row = one.get(id);
      if (row === undefined) return null;
      const identity: RunIdentity = storedIdentity(id, row.identity ?? '');
      const last = tail.get({ run: row.key })?.tail ?? null;
      const ended = row.state === 'failed' || row.state === 'died';
      return {
        ...summary(row, connection),
        directory: connection.directoryOf(id),
        source: identity.experiment.source,
        resolved: identity.experiment.resolved,
        command: identity.command,
        host: identity.host,
        git: identity.git && { commit: identity.git.commit, dirty: identity.git.dirty },
        versions: identity.versions,
        seed: identity.seed,
        threads: identity.threads,
        logpTemperatures: logpTemperatures(identity.sampling),
        setup: identity.setup ?? null,
        tail: ended && last !== null ? (JSON.parse(last) as string[]) : [],
        unknownEvents: row.unknown,
        import: identity.import ?? null,
      };
    };
  }),

  /** Whether a metric has values at several steps. */
  hasCurves: question(z.tuple([runId]), ({ db }) => {
    // Looks no further than the second value of each.
    const one = db
      .prepare<[string], number>(
        `SELECT EXISTS (SELECT 1 FROM metric_names n WHERE run = (SELECT key FROM runs WHERE id = ? AND gone = 0)
         AND EXISTS (SELECT 1 FROM metrics WHERE metric = n.id AND value IS NOT NULL LIMIT 1 OFFSET 1))`,
      )
      .pluck();
    return (run): boolean => one.get(run) === 1;
  }),

  /** Of metrics that have a value, in the order of their characters. */
  metricNames: question(z.tuple([runId, pageArgument(z.string()).optional()]), ({ db }) => {
    const names = db
      .prepare<[{ run: string; after: string; limit: number }], string>(
        `SELECT name FROM metric_names WHERE run = (SELECT key FROM runs WHERE id = @run AND gone = 0) AND name > @after
         AND EXISTS (SELECT 1 FROM metrics WHERE metric = id) ORDER BY name LIMIT @limit`,
      )
      .pluck();
    return (run, { after = '', limit = usualRows } = {}): ListPage<string, string> =>
      listPage(
        names.iterate({ run, after, limit: limit + 1 }),
        limit,
        (name) => name,
        (name) => name,
      );
  }),
};
