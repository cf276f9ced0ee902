import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../core/files/fileErrors.js';
import { listFindings, readFindings, type Findings } from '../protocol/watch.js';
import type { Progress } from './progress.js';
import type { Sqlite } from './sqlite.js';

/** Turns what watchers have found of a run (`watch/`) into rows. The files are small: a changed one is read whole. */
export class LossRows {
  private readonly rows;
  private readonly troubled;
  private readonly drop;
  private readonly insert;
  /** What the files of a directory looked like when they were last read, by directory. */
  private readonly stamps = new Map<string, string>();

  constructor(
    db: Sqlite,
    private readonly progress: Progress,
  ) {
    this.rows = db.prepare<[number], { row: string }>(
      'SELECT json_array(file, line, seq, time, tail) AS row FROM losses WHERE run = ? ORDER BY file, line',
    );
    this.troubled = db.prepare<[number], { file: string }>(
      "SELECT DISTINCT file FROM problems WHERE run = ? AND file >= 'watch/' AND file < 'watch0'",
    );
    this.drop = db.prepare('DELETE FROM losses WHERE run = ?');
    this.insert = db.prepare('INSERT INTO losses (run, file, line, seq, time, tail) VALUES (?, ?, ?, ?, ?, ?)');
  }

  /** Whether a file has appeared, vanished or changed since they were read: costs no reading. */
  hasNews(directory: string): boolean {
    return stampOf(directory) !== (this.stamps.get(directory) ?? '');
  }

  forget(directory: string): void {
    this.stamps.delete(directory);
  }

  /** Called inside a transaction. */
  read(run: number, directory: string): { moved: boolean; unlisted: number } {
    const stamp = stampOf(directory);
    const done = { moved: false, unlisted: 0 };
    if (stamp === this.stamps.get(directory)) return done;
    const before = this.facts(run);
    this.drop.run(run);
    for (const { file } of this.troubled.all(run)) this.progress.solvedFile(run, file);
    for (const { file, lost, problems } of findingsIn(directory)) {
      for (const { line, finding } of lost)
        this.insert.run(run, file, line, finding.seq, timeOf(finding.time), JSON.stringify(finding.tail));
      done.unlisted += this.progress.report(
        run,
        problems.map((p) => ({ ...p, file })),
      );
    }
    this.stamps.set(directory, stamp);
    done.moved = this.facts(run) !== before;
    return done;
  }

  private facts(run: number): string {
    const rows = this.rows.all(run).map(({ row }) => row);
    return [...rows, ...this.troubled.all(run).map(({ file }) => file)].join('\n');
  }
}

const timeOf = (time: string): number | null => {
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? null : parsed;
};

const findingsIn = (directory: string): Findings[] =>
  listFindings(directory).flatMap((file) => {
    try {
      return [readFindings(directory, file)];
    } catch (error) {
      if (isMissing(error)) return []; // deleted since it was listed
      throw error;
    }
  });

/** '' for none. */
const stampOf = (directory: string): string =>
  listFindings(directory)
    .map((file) => {
      const stat = statSync(join(directory, file), { throwIfNoEntry: false });
      return stat ? `${file} ${stat.mtimeMs} ${stat.size} ${stat.ino}` : '';
    })
    .join('\n');
