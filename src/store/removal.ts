import { maxGroupSize } from '../protocol/events.js';
import type { Sqlite } from './sqlite.js';

/** Tables with a row for a step, beside groups. */
const ofSteps = ['steps', 'traces', 'benchmarks', 'checkpoints', 'spans'];

export interface GroupRange {
  first: number;
  last: number;
  sign: number;
}

/** The one place that deletes what events told of steps: groups with their solutions, traces, metrics. Called inside transactions. */
export class Removal {
  private readonly uncount;
  private readonly emptyTerms;
  private readonly solutions;
  private readonly bodies;
  private readonly group;
  private readonly superseded;
  private readonly ofLaterSteps;
  private readonly ofRun;
  private readonly bulk;

  constructor(db: Sqlite) {
    this.uncount = countGroups.map((sql) => db.prepare<GroupRange>(sql));
    this.emptyTerms = db.prepare<[number]>(
      'DELETE FROM step_terms WHERE groups = 0 AND (run, step) IN (SELECT run, step FROM groups WHERE id = ?)',
    );
    this.solutions = db.prepare<[number, number]>('DELETE FROM solutions WHERE id >= ? AND id < ?');
    this.bodies = db.prepare<[number, number]>('DELETE FROM solution_bodies WHERE first >= ? AND first < ?');
    this.group = db.prepare<[number]>('DELETE FROM groups WHERE id = ?');
    this.superseded = db.prepare<[number, number, number], number>('SELECT id FROM groups WHERE run = ? AND step > ? AND seq < ?').pluck();
    this.ofLaterSteps = [
      'DELETE FROM metrics WHERE metric IN (SELECT id FROM metric_names WHERE run = ?) AND step > ? AND seq < ?',
      'UPDATE groups SET retold = NULL WHERE run = ? AND step > ? AND retold < ?',
      ...ofSteps.map((table) => `DELETE FROM ${table} WHERE run = ? AND step > ? AND seq < ?`),
    ].map((sql) => db.prepare<[number, number, number]>(sql));
    this.ofRun = db.prepare<[number], number>('SELECT id FROM groups WHERE run = ? LIMIT 16').pluck();
    this.bulk = [
      'DELETE FROM traces WHERE (run, step, grp, solution) IN (SELECT run, step, grp, solution FROM traces WHERE run = ? LIMIT 4096)',
      ...['spans', 'telemetry'].map((t) => `DELETE FROM ${t} WHERE (run, seq) IN (SELECT run, seq FROM ${t} WHERE run = ? LIMIT 4096)`),
      `DELETE FROM metrics WHERE (metric, step) IN
         (SELECT metric, step FROM metrics WHERE metric IN (SELECT id FROM metric_names WHERE run = ?) LIMIT 4096)`,
      'DELETE FROM step_terms WHERE (run, step, term) IN (SELECT run, step, term FROM step_terms WHERE run = ? LIMIT 4096)',
      'DELETE FROM steps WHERE (run, step) IN (SELECT run, step FROM steps WHERE run = ? LIMIT 4096)',
    ].map((sql) => db.prepare<[number]>(sql));
  }

  /** A group that is told again otherwise. */
  ofGroup(id: number): void {
    for (const statement of this.uncount) statement.run({ first: id, last: id, sign: -1 });
    this.emptyTerms.run(id);
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
    for (const statement of [this.solutions, this.bodies]) statement.run(id * maxGroupSize, (id + 1) * maxGroupSize);
    this.group.run(id);
  }
}

/** Adds groups, those with ids from `first` to `last`, to the sums of their steps (`sign` 1), or takes them out (−1). */
export const countGroups = [
  `UPDATE steps SET
    groups = steps.groups + @sign * g.n,
    mixed = steps.mixed + @sign * g.mixed,
    all_right = steps.all_right + @sign * g.all_right,
    all_wrong = steps.all_wrong + @sign * g.all_wrong,
    solutions = steps.solutions + @sign * g.size,
    rewarded = steps.rewarded + @sign * g.rewarded,
    reward_sum = steps.reward_sum + @sign * g.reward_sum,
    reward_squares = steps.reward_squares + @sign * g.reward_squares,
    kl_groups = steps.kl_groups + @sign * g.kl_groups,
    kl_sum = steps.kl_sum + @sign * g.kl_sum,
    errors = steps.errors + @sign * g.errors,
    errors_known = steps.errors_known + @sign * g.errors_known,
    tool_failures = steps.tool_failures + @sign * g.tool_failures,
    tool_failures_known = steps.tool_failures_known + @sign * g.tool_failures_known,
    truncated = steps.truncated + @sign * g.truncated,
    truncated_known = steps.truncated_known + @sign * g.truncated_known,
    wrong_paid = steps.wrong_paid + @sign * g.wrong_paid,
    wrong_paid_known = steps.wrong_paid_known + @sign * g.wrong_paid_known,
    informative = steps.informative + @sign * g.informative,
    informative_rewarded = steps.informative_rewarded + @sign * g.informative_rewarded,
    informative_sum = steps.informative_sum + @sign * g.informative_sum,
    advantage_groups = steps.advantage_groups + @sign * g.advantage_groups,
    advantage_sum = steps.advantage_sum + @sign * g.advantage_sum
  FROM (
    SELECT run, step, count(*) AS n, total(size) AS size,
      total(correct > 0 AND correct < size) AS mixed, total(correct = size) AS all_right, total(correct = 0) AS all_wrong,
      total(iif(reward_mean IS NULL, 0, size)) AS rewarded, total(reward_mean * size) AS reward_sum,
      total((reward_std * reward_std + reward_mean * reward_mean) * size) AS reward_squares,
      count(kl_mean) AS kl_groups, total(kl_mean) AS kl_sum,
      total(errors > 0) AS errors, count(errors) AS errors_known,
      total(tool_failures > 0) AS tool_failures, count(tool_failures) AS tool_failures_known,
      total(truncated > 0) AS truncated, count(truncated) AS truncated_known,
      total(wrong_paid > 0) AS wrong_paid, count(wrong_paid) AS wrong_paid_known,
      total(zero_std = 0 AND reward_std > 0) AS informative,
      total(iif(zero_std = 0 AND reward_std > 0, size, 0)) AS informative_rewarded,
      total(iif(zero_std = 0 AND reward_std > 0, reward_mean * size, 0)) AS informative_sum,
      count(advantage_sum) AS advantage_groups, total(advantage_sum) AS advantage_sum
    FROM groups WHERE id BETWEEN @first AND @last GROUP BY run, step
  ) g WHERE steps.run = g.run AND steps.step = g.step`,
  `INSERT INTO step_terms (run, step, term, groups, signal)
     SELECT g.run, g.step, t.key, @sign * count(*), @sign * total(t.value) FROM groups g CROSS JOIN json_each(g.term_signal) t
     WHERE g.id BETWEEN @first AND @last GROUP BY g.run, g.step, t.key
     ON CONFLICT DO UPDATE SET groups = groups + excluded.groups, signal = signal + excluded.signal`,
];
