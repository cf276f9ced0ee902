import { z } from 'zod';
import { largest, smallest } from '../../core/extremes.js';
import { naturally } from '../../core/naturalOrder.js';
import { metrics as knownMetrics } from '../../protocol/metrics.js';
import type { RunIdentity } from '../../protocol/runFiles.js';
import { bucketMeans } from '../thinning.js';
import { finite } from '../groupFacts.js';
import { storedIdentity } from '../identityRow.js';
import { perConnection, question, runId } from '../question.js';
import type { RunDetail, RunState, RunSummary } from '../views.js';

interface RunRow {
  key: number;
  id: string;
  version: number;
  identity: string;
  state: RunState;
  message: string | null;
  status_seq: number;
  status_step: number | null;
  status_total: number | null;
  last_time: number | null;
  unknown: number;
  problems: number;
}
interface Known {
  version: number;
  identity: RunIdentity;
  summary: RunSummary;
}

/** Drawn from the first of these that the run has. */
const sparkMetrics = ['reward/mean', 'accuracy/held_out', 'loss'];
const sparkPoints = 24;
const sparkOf = (metric: string, values: readonly number[]): RunSummary['spark'] => ({
  metric,
  values: bucketMeans(values, sparkPoints),
  extent: values.length === 0 ? null : { low: smallest(values), high: largest(values) },
});
/** Names in `latest`: those with a meaning, and reward terms; at most this many. */
const maxLatest = 200;
const isLatest = (name: string): boolean => Object.hasOwn(knownMetrics, name) || name.startsWith('reward/term/');

const origin = (of: RunIdentity['reward_model']): RunSummary['rewardModel'] => (of ? { run: of.run, step: of.step } : null);

const summaries = perConnection(({ db, quiet }) => {
  const columns = `key, id, version, identity, state, message, status_seq, status_step, status_total, last_time, unknown,
    unlisted + (SELECT count(*) FROM problems WHERE run = key) AS problems`;
  const all = db.prepare<[], RunRow>(`SELECT ${columns} FROM runs WHERE gone = 0`);
  const one = db.prepare<[string], RunRow>(`SELECT ${columns} FROM runs WHERE gone = 0 AND id = ?`);
  const names = db.prepare<[number], { id: number; name: string }>('SELECT id, name FROM metric_names WHERE run = ? ORDER BY name');
  const newest = db.prepare<[number], { value: number | null }>('SELECT value FROM metrics WHERE metric = ? ORDER BY step DESC LIMIT 1');
  const values = db.prepare<[number], { value: number }>('SELECT value FROM metrics WHERE metric = ? AND value IS NOT NULL ORDER BY step');
  const lastTimes = db.prepare<[number], { step: number; time: number | null }>(
    'SELECT step, time FROM metrics WHERE metric = ? ORDER BY step DESC LIMIT 21',
  );
  const lastStep = db.prepare<[number], { step: number | null }>('SELECT max(step) AS step FROM steps WHERE run = ?');
  const lastResume = db.prepare<[number], { seq: number; step: number }>(
    'SELECT seq, from_step AS step FROM resumes WHERE run = ? ORDER BY seq DESC LIMIT 1',
  );
  const lastValues = db.prepare<[number], { value: number }>(
    'SELECT value FROM metrics WHERE metric = ? AND value IS NOT NULL ORDER BY step DESC LIMIT 20',
  );
  /** Summaries by run: a run that has not changed is not summed up again. */
  const cache = new Map<string, Known>();

  function stepOf(row: RunRow): number {
    const resume = lastResume.get(row.key);
    if (resume !== undefined && resume.seq > row.status_seq) return Math.max(0, resume.step);
    return row.status_step ?? lastStep.get(row.key)?.step ?? 0;
  }

  function secondsPerStep(ids: Map<string, number>): number | null {
    const told = ids.has('seconds/step') ? lastValues.all(ids.get('seconds/step')!) : [];
    if (told.length > 0) return told.reduce((sum, t) => sum + t.value, 0) / told.length;
    const first = [...ids.values()].at(0);
    const times = first === undefined ? [] : lastTimes.all(first).filter((t) => t.time !== null);
    const end = times.at(0);
    const start = times.at(-1);
    return end === undefined || start === undefined || end === start ? null : (end.time! - start.time!) / 1000 / (end.step - start.step);
  }

  /** With what no event says: how long it has been quiet. */
  function summarise(row: RunRow): Known {
    const known = summed(row);
    const { state, created } = known.summary;
    const quietSince = quiet.since({ id: row.id, state, last_time: row.last_time, created }, Date.now());
    return quietSince === null ? known : { ...known, summary: { ...known.summary, quietSince } };
  }

  function summed(row: RunRow): Known {
    const known = cache.get(row.id);
    if (known?.version === row.version) return known;
    const identity = storedIdentity(row.id, row.identity);
    const ids = new Map(names.all(row.key).map((n) => [n.name, n.id]));
    const latest: Record<string, number> = {};
    for (const name of [...ids.keys()].filter(isLatest).slice(0, maxLatest)) {
      const value = finite(newest.get(ids.get(name)!)?.value ?? null);
      if (value !== null) latest[name] = value;
    }
    const metric = sparkMetrics.find((name) => ids.has(name) && newest.get(ids.get(name)!) !== undefined) ?? sparkMetrics[0];
    const points = ids.has(metric) ? values.all(ids.get(metric)!).map((v) => v.value) : [];
    const summary: RunSummary = {
      id: row.id,
      name: identity.name,
      number: identity.number,
      experiment: identity.experiment.name,
      experimentPath: identity.experiment.path,
      backend: identity.backend,
      method: identity.method,
      state: row.state,
      quietSince: null,
      message: row.message,
      step: stepOf(row),
      totalSteps: row.status_total ?? identity.total_steps,
      parent: origin(identity.parent),
      rewardModel: origin(identity.reward_model),
      created: identity.created,
      updated: row.last_time === null ? identity.created : new Date(row.last_time).toISOString(),
      latest,
      spark: sparkOf(metric, points.filter(Number.isFinite)),
      secondsPerStep: secondsPerStep(ids),
      problems: row.problems,
      importedFrom: identity.import?.source ?? null,
      importFormat: identity.import?.format ?? null,
    };
    const fresh = { version: row.version, identity, summary };
    cache.set(row.id, fresh);
    return fresh;
  }

  /** Of runs that are gone nothing is kept. */
  function keep(rows: readonly RunRow[]): void {
    const ids = new Set(rows.map((r) => r.id));
    for (const id of cache.keys()) if (!ids.has(id)) cache.delete(id);
  }

  return { all, one, names, newest, summarise, keep };
});

export const runQuestions = {
  /** Newest first. */
  runs: question(z.tuple([]), (connection) => {
    const { all, summarise, keep } = summaries(connection);
    return (): RunSummary[] => {
      const rows = all.all();
      keep(rows);
      const newestFirst = (a: RunSummary, b: RunSummary): number =>
        a.created === b.created ? (a.id < b.id ? 1 : -1) : a.created < b.created ? 1 : -1;
      return rows.map((row) => summarise(row).summary).sort(newestFirst);
    };
  }),

  run: question(z.tuple([runId]), (connection) => {
    const { one, names, newest, summarise } = summaries(connection);
    const tail = connection.db.prepare<{ run: number }, { tail: string | null }>(
      `SELECT tail, seq, 1 AS said FROM processes WHERE run = $run AND state <> 'started'
       UNION ALL SELECT tail, seq, 0 FROM losses WHERE run = $run ORDER BY seq DESC, said DESC LIMIT 1`,
    );
    return (id): RunDetail | null => {
      const row = one.get(id);
      if (row === undefined) return null;
      const { identity, summary } = summarise(row);
      const last = tail.get({ run: row.key })?.tail ?? null;
      const ended = row.state === 'failed' || row.state === 'died';
      return {
        ...summary,
        directory: connection.directoryOf(id),
        source: identity.experiment.source,
        resolved: identity.experiment.resolved,
        command: identity.command,
        host: identity.host,
        git: identity.git && { commit: identity.git.commit, dirty: identity.git.dirty },
        versions: identity.versions,
        seed: identity.seed,
        threads: identity.threads,
        tail: ended && last !== null ? (JSON.parse(last) as string[]) : [],
        metricNames: names
          .all(row.key)
          .filter((n) => newest.get(n.id) !== undefined)
          .map((n) => n.name)
          .sort(naturally),
        unknownEvents: row.unknown,
        import: identity.import ?? null,
      };
    };
  }),
};
