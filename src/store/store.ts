import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/messageOf.js';
import { Changes } from './changes.js';
import { dump } from './dump.js';
import { Ingest } from './ingest.js';
import { claim, formerDatabase, removeUnused } from './leftovers.js';
import { placeDatabase, type Placement } from './placement.js';
import { answers, type StoreQueries } from './questions.js';
import { Quiet } from './quiet.js';
import { listRuns } from './runsFolder.js';
import { fileIdentity, openDatabase, sleep, StoreError, type Sqlite } from './sqlite.js';

export interface StoreOptions {
  /** The `.grpo-lab` folder: its `runs` are read, nothing is written into it. */
  root: string;
  /** Where the databases of this user lie; default: this machine's data folder. */
  dataFolder?: string;
  /** False when somebody else moves the write-ahead log into the database from time to time. */
  checkpoints?: boolean;
  /** Called with each statement as it is executed. */
  trace?: (sql: string) => void;
}

/** A run directory that could not be read. */
export interface Failure {
  run: string;
  reason: string;
}

/** How many of the runs have been read. */
export type ReadProgress = (done: number, total: number) => void;

/** Bytes of events read in one transaction when nobody waits for anything else. */
const bulkBytes = 1024 * 1024;

/** Lets another process finish what it is writing; not always equally long, so that two do not stay in step. */
const pause = (): void => sleep(5 + Math.random() * 10);

/**
 * The database of one `.grpo-lab` folder, in this thread: the command line uses it so, the editor through `StoreClient`.
 * Any number of processes may have the same one open.
 */
export class Store {
  private constructor(
    private readonly root: string,
    readonly placement: Placement,
    /** What a person should hear about the opening, e.g. that a damaged database was set aside. */
    readonly notices: readonly string[],
    /** Tells this database file from one that took its place. */
    readonly fileIdentity: string | undefined,
    readonly ingest: Ingest,
    readonly queries: StoreQueries,
    /** Runs that change without an event: nothing is heard of them. */
    readonly quiet: Quiet,
    private readonly db: Sqlite,
  ) {}

  /** @throws StoreError when the database cannot be used, saying why and what to do */
  static async open(options: StoreOptions): Promise<Store> {
    const placement = placeDatabase(options.root, options.dataFolder);
    const isNew = !existsSync(placement.file);
    const { db, notice } = await openDatabase(placement.file, options.trace);
    db.pragma('busy_timeout = 20'); // who waits longer tries again, and answers questions in between
    if (options.checkpoints === false) db.pragma('wal_autocheckpoint = 0');
    const runsDir = join(options.root, 'runs');
    const directoryOf = (id: string): string => join(runsDir, id);
    const quiet = new Quiet(db, directoryOf);
    const queries = answers({ db, quiet, directoryOf, progress: () => undefined, stillWanted: () => undefined });
    const notices = [placement.reason, notice, isNew ? formerDatabase(options.root, placement.file) : null].filter((n) => n !== null);
    claim(placement.file, options.root);
    removeUnused(placement.file);
    return new Store(options.root, placement, notices, fileIdentity(placement.file), new Ingest(db, runsDir), queries, quiet, db);
  }

  /**
   * Reads everything there is now.
   * @param run only this one
   * @param progress told how many of the runs have been read, before the first and after each
   * @returns the runs that could not be read, with the reason; the others are complete
   */
  catchUp(run?: string, progress?: ReadProgress): Failure[] {
    const failures: Failure[] = [];
    this.removeGone();
    const found = this.ingest.scan();
    const wanted = run === undefined ? found : found.filter((f) => f === run);
    progress?.(0, wanted.length);
    for (const [i, id] of wanted.entries()) {
      try {
        this.readWhole(id);
      } catch (error) {
        failures.push({ run: id, reason: messageOf(error) });
      }
      progress?.(i + 1, wanted.length);
    }
    this.removeGone();
    return failures;
  }

  private removeGone(): void {
    for (let outcome = this.ingest.removeGone(); outcome !== 'idle'; outcome = this.ingest.removeGone()) if (outcome === 'busy') pause();
  }

  private readWhole(id: string): void {
    for (;;) {
      const outcome = this.ingest.advance(id, bulkBytes);
      if (outcome === 'idle') return;
      if (outcome === 'busy') {
        pause();
        this.removeGone();
      }
    }
  }

  /** Why the run directories are not there now, when they are not; known after the last look. */
  get absence(): string | null {
    return this.ingest.absence;
  }

  /** @throws StoreError when what is forgotten now could not be read again */
  requireRuns(): void {
    const { absence } = listRuns(join(this.root, 'runs'));
    if (absence !== null)
      throw new StoreError(
        `${join(this.root, 'runs')} is not there now (${absence}): nothing is rebuilt, what is known of its runs is kept.`,
      );
  }

  /** Forgets everything and reads all run directories again. @throws StoreError when they are not there */
  rebuild(progress?: ReadProgress): Failure[] {
    this.requireRuns();
    for (const id of this.ingest.known()) while (this.ingest.forget(id) === 'busy') pause();
    return this.catchUp(undefined, progress);
  }

  /** Everything known, one line a row, independent of the order of reading: equal runs give equal dumps. */
  dump(): Iterable<string> {
    return dump(this.db);
  }

  /** What changes from now on, whoever makes the change. */
  changes(): Changes {
    return new Changes(this.db);
  }

  /** The database file was deleted, or another took its place: this one leads nowhere. */
  get isReplaced(): boolean {
    return fileIdentity(this.placement.file) !== this.fileIdentity;
  }

  close(): void {
    this.db.close();
  }
}
