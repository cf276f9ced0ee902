import type { Statement } from 'better-sqlite3';
import { maxGroupSize } from '../protocol/events.js';
import type { Sqlite } from './sqlite.js';

/** Removes the rows of runs that are gone, some at a time: a large run must not hold up a click. */
export class Purge {
  private readonly next: Statement<[], { key: number }>;
  private readonly groups: Statement<[number], { id: number }>;
  private readonly deleteSolutions: Statement<[number, number]>;
  private readonly deleteGroup: Statement<[number]>;
  private readonly bulk: Statement<[number]>[];
  private readonly last: Statement<[number]>[];

  constructor(db: Sqlite) {
    this.next = db.prepare('SELECT key FROM runs WHERE gone = 1 LIMIT 1');
    this.groups = db.prepare('SELECT id FROM groups WHERE run = ? LIMIT 16');
    this.deleteSolutions = db.prepare('DELETE FROM solutions WHERE id >= ? AND id < ?');
    this.deleteGroup = db.prepare('DELETE FROM groups WHERE id = ?');
    this.bulk = [
      db.prepare('DELETE FROM traces WHERE rowid IN (SELECT rowid FROM traces WHERE run = ? LIMIT 256)'),
      db.prepare(
        `DELETE FROM metrics WHERE (metric, step) IN
           (SELECT metric, step FROM metrics WHERE metric IN (SELECT id FROM metric_names WHERE run = ?) LIMIT 4096)`,
      ),
      db.prepare(
        `DELETE FROM regrades WHERE (file, step, grp, solution) IN
           (SELECT file, step, grp, solution FROM regrades WHERE file IN (SELECT id FROM grade_files WHERE run = ?) LIMIT 4096)`,
      ),
      db.prepare('DELETE FROM logs WHERE (run, seq) IN (SELECT run, seq FROM logs WHERE run = ? LIMIT 4096)'),
    ];
    this.last = [
      ...[
        'metric_names',
        'segments',
        'seen',
        'problems',
        'resumes',
        'processes',
        'steps',
        'benchmarks',
        'checkpoints',
        'grade_files',
        'losses',
      ].map((table) => db.prepare<[number]>(`DELETE FROM ${table} WHERE run = ?`)),
      db.prepare<[number]>('DELETE FROM runs WHERE key = ?'),
    ];
  }

  get needed(): boolean {
    return this.next.get() !== undefined;
  }

  /**
   * Removes some rows; called inside a transaction.
   * @returns whether more are left
   */
  some(): boolean {
    const run = this.next.get()?.key;
    if (run === undefined) return false;
    const groups = this.groups.all(run);
    for (const { id } of groups) {
      this.deleteSolutions.run(id * maxGroupSize, (id + 1) * maxGroupSize);
      this.deleteGroup.run(id);
    }
    if (groups.length > 0 || this.bulk.some((statement) => statement.run(run).changes > 0)) return true;
    for (const statement of this.last) statement.run(run);
    return this.needed;
  }
}
