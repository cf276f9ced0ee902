import { maxGroupSize } from '../protocol/events.js';
import type { Sqlite } from './sqlite.js';

/** Tables with a row for a step, beside groups. */
const ofSteps = ['steps', 'traces', 'benchmarks', 'checkpoints'];

/** The one place that deletes what events told of steps: groups with their solutions, traces, metrics. Called inside transactions. */
export class Removal {
  private readonly uncount;
  private readonly solutions;
  private readonly group;
  private readonly superseded;
  private readonly ofLaterSteps;
  private readonly ofRun;
  private readonly bulk;

  constructor(db: Sqlite) {
    this.uncount = db.prepare<{ id: number; sign: number }>(countGroup);
    this.solutions = db.prepare<[number, number]>('DELETE FROM solutions WHERE id >= ? AND id < ?');
    this.group = db.prepare<[number]>('DELETE FROM groups WHERE id = ?');
    this.superseded = db.prepare<[number, number, number], number>('SELECT id FROM groups WHERE run = ? AND step > ? AND seq < ?').pluck();
    this.ofLaterSteps = [
      'DELETE FROM metrics WHERE metric IN (SELECT id FROM metric_names WHERE run = ?) AND step > ? AND seq < ?',
      'UPDATE groups SET retold = NULL WHERE run = ? AND step > ? AND retold < ?',
      ...ofSteps.map((table) => `DELETE FROM ${table} WHERE run = ? AND step > ? AND seq < ?`),
    ].map((sql) => db.prepare<[number, number, number]>(sql));
    this.ofRun = db.prepare<[number], number>('SELECT id FROM groups WHERE run = ? LIMIT 16').pluck();
    this.bulk = [
      'DELETE FROM traces WHERE rowid IN (SELECT rowid FROM traces WHERE run = ? LIMIT 256)',
      `DELETE FROM metrics WHERE (metric, step) IN
         (SELECT metric, step FROM metrics WHERE metric IN (SELECT id FROM metric_names WHERE run = ?) LIMIT 4096)`,
      'DELETE FROM steps WHERE (run, step) IN (SELECT run, step FROM steps WHERE run = ? LIMIT 4096)',
    ].map((sql) => db.prepare<[number]>(sql));
  }

  /** A group that is told again otherwise. */
  ofGroup(id: number): void {
    this.uncount.run({ id, sign: -1 });
    this.deleteGroup(id);
  }

  /** What events before `seq` told of steps after `step`: a resume took it back. */
  after(run: number, step: number, seq: number): void {
    for (const id of this.superseded.all(run, step, seq)) this.ofGroup(id);
    for (const statement of this.ofLaterSteps) statement.run(run, step, seq);
  }

  /** Some rows of a run that is gone. @returns whether there were any */
  some(run: number): boolean {
    const groups = this.ofRun.all(run);
    for (const id of groups) this.deleteGroup(id);
    return groups.length > 0 || this.bulk.some((statement) => statement.run(run).changes > 0);
  }

  private deleteGroup(id: number): void {
    this.solutions.run(id * maxGroupSize, (id + 1) * maxGroupSize);
    this.group.run(id);
  }
}

/** Adds a group to the sums of its step (@sign 1), or takes it out (−1). */
export const countGroup = `
  UPDATE steps SET
    groups = groups + @sign,
    mixed = mixed + @sign * coalesce(g.correct > 0 AND g.correct < g.size, 0),
    all_right = all_right + @sign * coalesce(g.correct = g.size, 0),
    all_wrong = all_wrong + @sign * coalesce(g.correct = 0, 0),
    solutions = solutions + @sign * g.size,
    rewarded = rewarded + @sign * iif(g.reward_mean IS NULL, 0, g.size),
    reward_sum = reward_sum + @sign * coalesce(g.reward_mean * g.size, 0),
    reward_squares = reward_squares + @sign * coalesce((g.reward_std * g.reward_std + g.reward_mean * g.reward_mean) * g.size, 0),
    kl_groups = kl_groups + @sign * (g.kl_mean IS NOT NULL),
    kl_sum = kl_sum + @sign * coalesce(g.kl_mean, 0)
  FROM groups g WHERE g.id = @id AND steps.run = g.run AND steps.step = g.step`;
