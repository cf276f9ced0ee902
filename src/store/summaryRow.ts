import { largest, smallest } from '../core/extremes.js';
import { metrics as knownMetrics } from '../protocol/metrics.js';
import { finite } from './groupFacts.js';
import type { Sqlite } from './sqlite.js';
import { bucketMeans } from './thinning.js';
import type { RunSummary } from './views.js';

/** Drawn from the first of these that the run has. */
const sparkMetrics = ['reward/mean', 'accuracy/held_out', 'loss'];
const sparkPoints = 24;
/** Names in `latest`: those with a meaning, and reward terms; at most this many. */
const maxLatest = 200;
const isLatest = (name: string): boolean => Object.hasOwn(knownMetrics, name) || name.startsWith('reward/term/');

/** What a spark line shows of a metric's finite values. */
const sparkOf = (metric: string, values: readonly number[]): RunSummary['spark'] => ({
  metric,
  values: bucketMeans(values, sparkPoints),
  extent: values.length === 0 ? null : { low: smallest(values), high: largest(values) },
});

/** Of a run of which nothing was read yet. */
export const noSpark = sparkOf(sparkMetrics[0], []);

/** Keeps what lists show of a run's events in its row. Called inside transactions. */
export class SummaryRow {
  private readonly names;
  private readonly newest;
  private readonly values;
  private readonly lastValues;
  private readonly lastTimes;
  private readonly position;
  private readonly update;

  constructor(db: Sqlite) {
    this.names = db.prepare<[number], { id: number; name: string }>('SELECT id, name FROM metric_names WHERE run = ? ORDER BY name');
    this.newest = db.prepare<[number], { value: number | null }>('SELECT value FROM metrics WHERE metric = ? ORDER BY step DESC LIMIT 1');
    this.values = db.prepare<[number], number>('SELECT value FROM metrics WHERE metric = ? AND value IS NOT NULL ORDER BY step').pluck();
    this.lastValues = db
      .prepare<[number], number>('SELECT value FROM metrics WHERE metric = ? AND value IS NOT NULL ORDER BY step DESC LIMIT 20')
      .pluck();
    this.lastTimes = db.prepare<[number], { step: number; time: number | null }>(
      'SELECT step, time FROM metrics WHERE metric = ? ORDER BY step DESC LIMIT 21',
    );
    // Where a resume went back to counts until its process says a step.
    this.position = db
      .prepare<{ run: number }, number>(
        `SELECT coalesce(
           (SELECT max(0, from_step) FROM resumes WHERE run = @run AND seq > status_seq ORDER BY seq DESC LIMIT 1),
           status_step, (SELECT max(step) FROM steps WHERE run = @run), 0) FROM runs WHERE key = @run`,
      )
      .pluck();
    this.update = db.prepare('UPDATE runs SET step = ?, seconds_per_step = ?, latest = ?, spark = ?, unsummed = 0 WHERE key = ?');
  }

  /** @param run its key */
  save(run: number): void {
    const ids = new Map(this.names.all(run).map((n) => [n.name, n.id]));
    const latest: Record<string, number> = {};
    for (const name of [...ids.keys()].filter(isLatest).slice(0, maxLatest)) {
      const value = finite(this.newest.get(ids.get(name)!)?.value ?? null);
      if (value !== null) latest[name] = value;
    }
    const metric = sparkMetrics.find((name) => ids.has(name) && this.newest.get(ids.get(name)!) !== undefined) ?? sparkMetrics[0];
    const points = ids.has(metric) ? this.values.all(ids.get(metric)!).filter(Number.isFinite) : [];
    const spark = JSON.stringify(sparkOf(metric, points));
    this.update.run(this.position.get({ run }) ?? 0, this.secondsPerStep(ids), JSON.stringify(latest), spark, run);
  }

  private secondsPerStep(ids: Map<string, number>): number | null {
    const seconds = ids.has('seconds/step') ? this.lastValues.all(ids.get('seconds/step')!) : [];
    if (seconds.length > 0) return finite(seconds.reduce((sum, t) => sum + t, 0) / seconds.length);
    const first = [...ids.values()].at(0);
    const times = first === undefined ? [] : this.lastTimes.all(first).filter((t) => t.time !== null);
    const end = times.at(0);
    const start = times.at(-1);
    return end === undefined || start === undefined || end === start ? null : (end.time! - start.time!) / 1000 / (end.step - start.step);
  }
}
