import { join } from 'node:path';
import { layout } from '../protocol/layout.js';
import type { RunReader } from '../protocol/runReader.js';
import { listSegments } from '../protocol/segments.js';
import { EventRows, milliseconds, type RunRows } from './eventRows.js';
import { gradeRows } from './gradeRows.js';
import { findIdentity, identityColumns, identityStamp } from './identityRow.js';
import { labelRows } from './labelRows.js';
import { LossRows } from './lossRows.js';
import { Progress } from './progress.js';
import { Purge } from './purge.js';
import { absenceOf, isDeleted, listRuns } from './runsFolder.js';
import { fileIdentity, isBusy, type Sqlite } from './sqlite.js';
import { SummaryRow } from './summaryRow.js';
import { PreparedStatements } from './preparedStatements.js';
import { runState, type ProcessFact, type StatusFact } from './state.js';

/** What became of a piece of work. `busy`: another process is writing, try again in a moment. */
export type Outcome = 'idle' | 'more' | 'busy';

/** While a large run is being read, what lists show of it is kept up so often. */
const summedEveryMs = 500;

const emptied =
  'run.json and events/ are not there now: what was read from them is shown. If the folder is on a share, mount it again; ' +
  'if the run is not wanted any more, delete its folder.';

/** What this process remembers of a run between transactions; void when another process has changed it since. */
interface OpenRun extends RunRows {
  version: number;
  reader: RunReader;
  /** Events were read since its row was summed up. */
  unsummed: boolean;
  /** When that was, milliseconds of this process. */
  summed: number;
}
interface RunRow {
  key: number;
  version: number;
  gone: number;
  stale: number;
  unsummed: number;
}

/**
 * Reads run directories into the database, a bounded piece at a time. Each piece is one transaction that begins with
 * the place where the database stands and ends with the new one, so that any number of processes can do this at once,
 * and any of them can die at any instant.
 */
export class Ingest {
  private readonly statements: PreparedStatements;
  private readonly rows: EventRows;
  private readonly sidecars;
  private readonly losses: LossRows;
  private readonly progress: Progress;
  private readonly purge: Purge;
  private readonly summaries: SummaryRow;
  private readonly open = new Map<string, OpenRun>();
  /** What run.json looked like when it was read; `emptied` where nothing of the run was there. */
  private readonly stamps = new Map<string, string | undefined>();
  /** Why the run directories are not there now, although there are known runs, when they are not. */
  absence: string | null = null;

  constructor(
    private readonly db: Sqlite,
    private readonly runsDir: string,
  ) {
    this.statements = new PreparedStatements(db);
    this.rows = new EventRows(db);
    this.progress = new Progress(db);
    this.sidecars = [gradeRows(db, this.progress), labelRows(db, this.progress)];
    this.losses = new LossRows(db, this.progress);
    this.purge = new Purge(db);
    this.summaries = new SummaryRow(db);
  }

  /**
   * Names of the run directories there are. A run whose directory was deleted is gone; when the whole folder of runs is not
   * there or cannot be read, nothing is known to be deleted: `absence` then says why, and everything stays.
   */
  scan(): string[] {
    const found = listRuns(this.runsDir);
    const known = this.known();
    this.absence = found.absence === null || known.length === 0 ? null : absenceOf(this.runsDir, found.absence);
    if (found.absence !== null) return [];
    const names = new Set(found.names);
    const folder = fileIdentity(this.runsDir) ?? null;
    if (names.size > 0) this.rememberHome(folder);
    else if (known.length > 0 && folder !== this.home()) {
      this.absence = absenceOf(this.runsDir, 'an empty folder is in its place');
      return [];
    }
    for (const id of known) if (!names.has(id) && isDeleted(this.directory(id))) this.forget(id);
    return found.names;
  }

  /** Ids of the runs that are in the lists. */
  known(): string[] {
    return this.statements.of<[], string>('SELECT id FROM runs WHERE gone = 0').pluck().all();
  }

  /** Of those, the ones that nothing says have ended. */
  live(): string[] {
    return this.statements.of<[], string>("SELECT id FROM runs WHERE gone = 0 AND state IN ('starting', 'running')").pluck().all();
  }

  private home(): string | null {
    return this.statements.of<[], { folder: string | null }>('SELECT folder FROM home').get()?.folder ?? null;
  }

  private rememberHome(folder: string | null): void {
    if (folder === this.home()) return;
    this.write(() => {
      this.statements.of('UPDATE home SET folder = ?').run(folder);
      return 'idle';
    });
  }

  /** The run vanishes from every list at once; its rows are removed bit by bit by `removeGone`. */
  forget(id: string): Outcome {
    return this.write(() => {
      this.markGone(id);
      return 'idle';
    });
  }

  private markGone(id: string): void {
    this.open.delete(id);
    this.stamps.delete(id);
    this.forgetSidecars(id);
    this.statements.of('UPDATE runs SET gone = 1, version = ? WHERE id = ? AND gone = 0').run(this.tick(), id);
  }

  /**
   * What was read of the run is void, and its directory is read from its beginning. The former rows are removed bit by bit, as
   * those of a run of another id, which no directory can have: meanwhile the run is in every list.
   */
  private setAside(id: string): void {
    const former = this.statements.of<[string], number>('SELECT key FROM runs WHERE id = ?').pluck().get(id);
    this.markGone(id);
    this.statements.of('UPDATE runs SET id = ? WHERE key = ?').run(`${id} ${former}`, former);
    this.saveIdentity(this.openRun(id)!.key, this.directory(id));
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
      this.sidecars.some((s) => s.hasNews(this.directory(id))) ||
      this.losses.hasNews(this.directory(id)) ||
      identityStamp(this.directory(id)) !== this.stamps.get(id)
    );
  }

  /** Reads the next piece of a run: about `maxBytes` of its events. */
  advance(id: string, maxBytes: number): Outcome {
    const directory = this.directory(id);
    const stamp = identityStamp(directory);
    const isEmpty = stamp === undefined && listSegments(directory).length === 0;
    if (isEmpty && (this.stamps.get(id) === emptied || !this.isKnown(id))) return 'idle'; // not a run (yet, or now)
    return this.write(() => {
      if (!isEmpty && this.isStale(id)) {
        this.setAside(id);
        return 'more';
      }
      const run = this.openRun(id);
      if (run === undefined) return 'busy'; // its former rows are still being removed
      if (isEmpty) return this.keep(id, run);
      const identityChanged = (!this.stamps.has(id) || this.stamps.get(id) !== stamp) && this.saveIdentity(run.key, directory);
      const chunk = run.reader.next(maxBytes);
      if (chunk.replaced) {
        this.setAside(id); // another run under the same name
        return 'more';
      }
      for (const event of chunk.events) this.rows.apply(run, event);
      this.rows.countGroups();
      const sidecars = this.sidecars.map((s) => s.read(run.key, directory, Math.max(0, maxBytes - chunk.bytes)));
      // What was found of the run is said of its newest event: that has to be read first.
      const losses = chunk.more ? { moved: false, unlisted: 0 } : this.losses.read(run.key, directory);
      const whole = !chunk.more;
      const others = [...sidecars, losses];
      if (chunk.moved || identityChanged || others.some((o) => o.moved) || (whole && run.unsummed)) {
        const unlisted = others.reduce((sum, o) => sum + o.unlisted, this.progress.save(run.key, run.reader, chunk));
        this.finish(run, unlisted, chunk.unknown, whole);
      }
      this.stamps.set(id, stamp);
      this.open.set(id, run);
      return chunk.more || sidecars.some((s) => s.more) ? 'more' : 'idle';
    }, id);
  }

  private isKnown(id: string): boolean {
    return this.statements.of<[string], { key: number }>('SELECT key FROM runs WHERE id = ? AND gone = 0').get(id) !== undefined;
  }

  /** The directory is there and holds nothing of the run (a share that is not mounted, a deletion under way): what is known stands. */
  private keep(id: string, run: OpenRun): Outcome {
    this.progress.report(run.key, [{ file: layout.identity, line: 0, reason: emptied, excerpt: '' }]);
    this.finish(run, 0, 0, true);
    this.stamps.set(id, emptied);
    this.open.set(id, run);
    return 'idle';
  }

  /** Whether a migration asked for its directory to be read anew. */
  private isStale(id: string): boolean {
    return this.statements.of<[string], { stale: number }>('SELECT stale FROM runs WHERE id = ?').get(id)?.stale === 1;
  }

  private directory(id: string): string {
    return join(this.runsDir, id);
  }

  private openRun(id: string): OpenRun | undefined {
    const select = this.statements.of<[string], RunRow>('SELECT key, version, gone, stale, unsummed FROM runs WHERE id = ?');
    let row = select.get(id);
    if (row === undefined) {
      this.stamps.delete(id);
      this.statements.of('INSERT INTO runs (id, version, name) VALUES (?, ?, ?)').run(id, this.tick(), id);
      row = select.get(id)!;
    }
    if (row.gone === 1) return undefined;
    const known = this.open.get(id);
    if (known?.key === row.key && known.version === row.version) return known;
    this.forgetSidecars(id);
    return {
      key: row.key,
      version: row.version,
      reader: this.progress.reader(row.key, this.directory(id)),
      resumes: this.statements
        .of<[number], { seq: number; fromStep: number }>('SELECT seq, from_step AS fromStep FROM resumes WHERE run = ?')
        .all(row.key),
      metrics: new Map(
        this.statements
          .of<[number], { id: number; name: string }>('SELECT id, name FROM metric_names WHERE run = ?')
          .all(row.key)
          .map((m) => [m.name, m.id]),
      ),
      newest: { seq: 0, time: '' },
      stateChanged: false,
      unsummed: row.unsummed === 1,
      summed: -Infinity,
    };
  }

  /** @returns whether it differs from what the database has */
  private saveIdentity(run: number, directory: string): boolean {
    const { identity, problem } = findIdentity(directory);
    const place = { file: layout.identity, line: 0 };
    const solved = problem === null && this.progress.solved(run, place);
    if (problem !== null) this.progress.report(run, [{ ...place, reason: problem, excerpt: '' }]);
    const save = this.statements.of(
      'INSERT INTO identities (run, json) VALUES (?, ?) ON CONFLICT DO UPDATE SET json = excluded.json WHERE json <> excluded.json',
    );
    const changed = save.run(run, JSON.stringify(identity)).changes > 0;
    if (changed) {
      const columns = identityColumns(identity);
      const assignments = Object.keys(columns).map((name) => `${name} = @${name}`);
      this.statements.of(`UPDATE runs SET ${assignments.join(', ')} WHERE key = @key`).run({ ...columns, key: run });
    }
    return changed || problem !== null || solved;
  }

  /** @param whole whether everything that is there now has been read: before, the row is summed up from time to time */
  private finish(run: OpenRun, unlisted: number, unknown: number, whole: boolean): void {
    run.version = this.tick();
    this.statements
      .of(
        `UPDATE runs SET version = ?, unlisted = unlisted + ?, unknown = unknown + ?,
           problems = unlisted + ? + (SELECT count(*) FROM problems WHERE run = key) WHERE key = ?`,
      )
      .run(run.version, unlisted, unknown, unlisted, run.key);
    this.statements
      .of('UPDATE runs SET last_seq = ?, last_time = ? WHERE key = ? AND last_seq < ?')
      .run(run.newest.seq, milliseconds(run.newest.time), run.key, run.newest.seq);
    if (run.stateChanged || this.hasLosses(run.key)) this.saveState(run.key);
    run.stateChanged = false;
    run.unsummed = !whole && performance.now() - run.summed < summedEveryMs;
    if (run.unsummed) this.statements.of('UPDATE runs SET unsummed = 1 WHERE key = ?').run(run.key);
    else {
      this.summaries.save(run.key);
      run.summed = performance.now();
    }
  }

  private saveState(run: number): void {
    const status = this.statements
      .of<[number], StatusFact>('SELECT status_seq AS seq, status_state AS state, status_message AS message FROM runs WHERE key = ?')
      .get(run)!;
    const processes = this.statements
      .of<[number], ProcessFact>('SELECT seq, state, exit_code AS exitCode, signal FROM processes WHERE run = ?')
      .all(run);
    const lost = this.statements
      .of<[number], ProcessFact>(
        `SELECT last_seq + 1 AS seq, 'lost' AS state, NULL AS exitCode, NULL AS signal
         FROM runs JOIN losses ON run = key WHERE key = ? AND losses.seq >= last_seq LIMIT 1`,
      )
      .all(run);
    const { state, message } = runState(status.seq === 0 ? null : status, [...processes, ...lost]);
    this.statements.of('UPDATE runs SET state = ?, message = ? WHERE key = ?').run(state, message, run);
  }

  private hasLosses(run: number): boolean {
    return this.statements.of<[number], { n: number }>('SELECT count(*) AS n FROM losses WHERE run = ?').get(run)!.n > 0;
  }

  private forgetSidecars(id: string): void {
    for (const sidecar of this.sidecars) sidecar.forget(this.directory(id));
    this.losses.forget(this.directory(id));
  }

  private tick(): number {
    return this.statements.of<[], { now: number }>('UPDATE clock SET now = now + 1 RETURNING now').get()!.now;
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
      this.rows.forgetGroups();
      if (id !== undefined) {
        this.open.delete(id);
        this.forgetSidecars(id);
      }
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }
}
