import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { layout } from '../protocol/layout.js';
import type { RunReader } from '../protocol/reader.js';
import { isMissing, listSegments } from '../protocol/segments.js';
import { EventRows, milliseconds, type RunRows } from './eventRows.js';
import { GradeRows } from './gradeRows.js';
import { findIdentity, identityStamp } from './identityRow.js';
import { Progress } from './progress.js';
import { Purge } from './purge.js';
import { isBusy, type Sqlite } from './sqlite.js';
import { runState, type ProcessFact, type StatusFact } from './state.js';

/** What became of a piece of work. `busy`: another process is writing, try again in a moment. */
export type Outcome = 'idle' | 'more' | 'busy';

const runFolder = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What this process remembers of a run between transactions; void when another process has changed it since. */
interface OpenRun extends RunRows {
  version: number;
  reader: RunReader;
}
interface RunRow {
  key: number;
  version: number;
  gone: number;
  identity: string;
}

/**
 * Reads run directories into the database, a bounded piece at a time. Each piece is one transaction that begins with
 * the place where the database stands and ends with the new one, so that any number of processes can do this at once,
 * and any of them can die at any instant.
 */
export class Ingest {
  private readonly rows: EventRows;
  private readonly grades: GradeRows;
  private readonly progress: Progress;
  private readonly purge: Purge;
  private readonly open = new Map<string, OpenRun>();
  private readonly stamps = new Map<string, string | undefined>();

  constructor(
    private readonly db: Sqlite,
    private readonly runsDir: string,
  ) {
    this.rows = new EventRows(db);
    this.progress = new Progress(db);
    this.grades = new GradeRows(db, this.progress);
    this.purge = new Purge(db);
  }

  /** Names of the run directories there are, and marks runs as gone whose directory is not among them. */
  scan(): string[] {
    const found = this.folders();
    const names = new Set(found);
    for (const { id } of this.db.prepare<[], { id: string }>('SELECT id FROM runs WHERE gone = 0').all())
      if (!names.has(id)) this.forget(id);
    return found;
  }

  private folders(): string[] {
    try {
      const entries = readdirSync(this.runsDir, { withFileTypes: true });
      return entries.filter((e) => !e.isFile() && runFolder.test(e.name)).map((e) => e.name);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** The run vanishes from every list at once; its rows are removed bit by bit by `removeGone`. */
  forget(id: string): Outcome {
    return this.write(() => {
      this.open.delete(id);
      this.stamps.delete(id);
      this.grades.forget(this.directory(id));
      this.db.prepare('UPDATE runs SET gone = 1, version = ? WHERE id = ? AND gone = 0').run(this.tick(), id);
      return 'idle';
    });
  }

  /** Removes some rows of runs that are gone. */
  removeGone(): Outcome {
    if (!this.purge.needed) return 'idle';
    return this.write(() => {
      this.tick();
      return this.purge.some() ? 'more' : 'idle';
    });
  }

  /** Whether this process has read the run before. */
  knows(id: string): boolean {
    return this.open.has(id);
  }

  /** Whether the directory holds something that the database has not seen, as far as that can be told without reading. */
  hasNews(id: string): boolean {
    const reader = this.open.get(id)?.reader;
    return (
      reader === undefined ||
      reader.hasNews ||
      this.grades.hasNews(this.directory(id)) ||
      identityStamp(this.directory(id)) !== this.stamps.get(id)
    );
  }

  /** Reads the next piece of a run: about `maxBytes` of its events. */
  advance(id: string, maxBytes: number): Outcome {
    const directory = this.directory(id);
    const stamp = identityStamp(directory);
    if (stamp === undefined && listSegments(directory).length === 0) return 'idle'; // not a run (yet)
    return this.write(() => {
      const run = this.openRun(id);
      if (run === undefined) return 'busy'; // its former rows are still being removed
      const identityChanged = this.stamps.get(id) !== stamp && this.saveIdentity(run.key, directory);
      const chunk = run.reader.next(maxBytes);
      for (const { event, file, line } of chunk.events) {
        const reason = this.rows.apply(run, event);
        if (reason !== undefined) chunk.problems.push({ file, line, reason, excerpt: `seq ${event.seq}` });
      }
      const grades = this.grades.read(run.key, directory, Math.max(0, maxBytes - chunk.bytes));
      if (chunk.moved || identityChanged || grades.moved)
        this.finish(run, this.progress.save(run.key, run.reader, chunk) + grades.unlisted, chunk.unknown);
      this.stamps.set(id, stamp);
      this.open.set(id, run);
      return chunk.more || grades.more ? 'more' : 'idle';
    }, id);
  }

  private directory(id: string): string {
    return join(this.runsDir, id);
  }

  private openRun(id: string): OpenRun | undefined {
    const select = this.db.prepare<[string], RunRow>('SELECT key, version, gone, identity FROM runs WHERE id = ?');
    let row = select.get(id);
    if (row === undefined) {
      this.stamps.delete(id);
      this.db.prepare("INSERT INTO runs (id, version, identity) VALUES (?, ?, '{}')").run(id, this.tick());
      row = select.get(id)!;
    }
    if (row.gone === 1) return undefined;
    const known = this.open.get(id);
    if (known?.key === row.key && known.version === row.version) return known;
    this.grades.forget(this.directory(id));
    return {
      key: row.key,
      version: row.version,
      reader: this.progress.reader(row.key, this.directory(id)),
      resumes: this.db
        .prepare<[number], { seq: number; fromStep: number }>('SELECT seq, from_step AS fromStep FROM resumes WHERE run = ?')
        .all(row.key),
      metrics: new Map(
        this.db
          .prepare<[number], { id: number; name: string }>('SELECT id, name FROM metric_names WHERE run = ?')
          .all(row.key)
          .map((m) => [m.name, m.id]),
      ),
      newest: { seq: 0, time: '' },
      stateChanged: false,
    };
  }

  /** @returns whether it differs from what the database has */
  private saveIdentity(run: number, directory: string): boolean {
    const { identity, problem } = findIdentity(directory);
    const place = { file: layout.identity, line: 0 };
    if (problem === null) this.progress.solved(run, place);
    else this.progress.report(run, [{ ...place, reason: problem, excerpt: '' }]);
    const text = JSON.stringify(identity);
    return (
      this.db.prepare('UPDATE runs SET identity = ? WHERE key = ? AND identity <> ?').run(text, run, text).changes > 0 || problem !== null
    );
  }

  private finish(run: OpenRun, unlisted: number, unknown: number): void {
    if (run.stateChanged) this.saveState(run.key);
    run.version = this.tick();
    this.db
      .prepare('UPDATE runs SET version = ?, unlisted = unlisted + ?, unknown = unknown + ? WHERE key = ?')
      .run(run.version, unlisted, unknown, run.key);
    this.db
      .prepare('UPDATE runs SET last_seq = ?, last_time = ? WHERE key = ? AND last_seq < ?')
      .run(run.newest.seq, milliseconds(run.newest.time), run.key, run.newest.seq);
    run.stateChanged = false;
  }

  private saveState(run: number): void {
    const status = this.db
      .prepare<[number], StatusFact>('SELECT status_seq AS seq, status_state AS state, status_message AS message FROM runs WHERE key = ?')
      .get(run)!;
    const processes = this.db
      .prepare<[number], ProcessFact>('SELECT seq, state, exit_code AS exitCode, signal FROM processes WHERE run = ?')
      .all(run);
    const { state, message } = runState(status.seq === 0 ? null : status, processes);
    this.db.prepare('UPDATE runs SET state = ?, message = ? WHERE key = ?').run(state, message, run);
  }

  private tick(): number {
    return this.db.prepare<[], { now: number }>('UPDATE clock SET now = now + 1 RETURNING now').get()!.now;
  }

  /** One transaction. When it fails, what this process remembered of the run is void. */
  private write(work: () => Outcome, id?: string): Outcome {
    try {
      this.db.exec('BEGIN IMMEDIATE');
    } catch (error) {
      if (isBusy(error)) return 'busy';
      throw error;
    }
    try {
      const outcome = work();
      this.db.exec('COMMIT');
      return outcome;
    } catch (error) {
      if (id !== undefined) {
        this.open.delete(id);
        this.grades.forget(this.directory(id));
      }
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }
}
