import type { Statement } from 'better-sqlite3';
import { Removal } from './removal.js';
import type { Sqlite } from './sqlite.js';

/** Tables with few rows of a run. */
const small = [
  'metric_names',
  'segments',
  'seen',
  'problems',
  'resumes',
  'processes',
  'benchmarks',
  'checkpoints',
  'grade_files',
  'label_files',
  'losses',
  'identities',
];

/** Removes the rows of runs that are gone, some at a time: a large run must not hold up others. */
export class Purge {
  private readonly next: Statement<[], { key: number }>;
  private readonly removal: Removal;
  private readonly bulk: Statement<[number]>[];
  private readonly last: Statement<[number]>[];

  constructor(db: Sqlite) {
    this.next = db.prepare('SELECT key FROM runs WHERE gone = 1 LIMIT 1');
    this.removal = new Removal(db);
    this.bulk = [
      `DELETE FROM regrades WHERE (file, step, grp, solution) IN
         (SELECT file, step, grp, solution FROM regrades WHERE file IN (SELECT id FROM grade_files WHERE run = ?) LIMIT 4096)`,
      `DELETE FROM marks WHERE (run, step, grp, solution, label, file) IN
         (SELECT run, step, grp, solution, label, file FROM marks WHERE run = ? LIMIT 4096)`,
      'DELETE FROM logs WHERE (run, seq) IN (SELECT run, seq FROM logs WHERE run = ? LIMIT 4096)',
    ].map((sql) => db.prepare<[number]>(sql));
    this.last = [...small.map((table) => `DELETE FROM ${table} WHERE run = ?`), 'DELETE FROM runs WHERE key = ?'].map((sql) =>
      db.prepare<[number]>(sql),
    );
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
    if (this.removal.some(run) || this.bulk.some((statement) => statement.run(run).changes > 0)) return true;
    for (const statement of this.last) statement.run(run);
    return this.needed;
  }
}
