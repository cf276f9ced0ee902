import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Sqlite3 from 'better-sqlite3';
import { isRecentNode, oldestNode } from '../core/oldestNode.js';
import { errorCode } from '../core/files/fileErrors.js';
import { count } from '../core/format.js';
import { messageOf } from '../core/messageOf.js';
import { distrust } from '../core/files/distrust.js';
import { migrations } from './migrations.js';
import { addBodyBlock } from './bodyBlocks.js';

export type Sqlite = Sqlite3.Database;

/** The database cannot be used at all. The message says which file, why, and what to do. */
export class StoreError extends Error {
  override name = 'StoreError';
}

export interface OpenedDatabase {
  db: Sqlite;
  /** What a person should hear, e.g. that a damaged database was set aside. */
  notice: string | null;
}

/**
 * Opens (or creates) the database and brings its schema up to date. A damaged file is moved aside: everything in it
 * can be read again from the run directories.
 * @param trace called with each statement as it is executed
 */
export async function openDatabase(file: string, trace?: (sql: string) => void): Promise<OpenedDatabase> {
  const Database = await loadSqlite();
  const open = (): Sqlite => {
    makeFolder(dirname(file));
    const db = new Database(file, { timeout: 5000, ...(trace && { verbose: (sql: unknown) => trace(String(sql)) }) });
    try {
      distrust(db);
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('cache_size = -65536'); // 64 MiB
      db.pragma('temp_store = MEMORY');
      addBodyBlock(db);
      migrate(db, file);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  };
  const before = fileIdentity(file);
  try {
    return { db: patiently(open), notice: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const notice = setAside(file, before);
    return { db: patiently(open), notice };
  }
}

/** A further connection to a database that is open already: it can write nothing, whatever it is asked. */
export async function openForReading(file: string): Promise<Sqlite> {
  const Database = await loadSqlite();
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 5000 });
  distrust(db);
  db.pragma('query_only = ON');
  db.pragma('cache_size = -32768'); // 32 MiB
  db.pragma('temp_store = MEMORY');
  return db;
}

/** For this user alone: the database holds what the runs hold. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const advice = 'Name a folder on a local disk, which you may write to, in the environment variable GRPO_LAB_DATA.';
    throw new StoreError(`The folder of the database, ${folder}, cannot be made: ${messageOf(error)}. ${advice}`, { cause: error });
  }
}

/** Several processes that open a new database at the same instant exclude each other for a moment. */
function patiently<T>(open: () => T): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return open();
    } catch (error) {
      if (!isBusy(error) || attempt === 20) throw error;
      sleep(10 * attempt);
    }
  }
}

/** Blocks this thread. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** better-sqlite3 is built on Node-API 10; where that is missing it does not throw, it ends the process. Compressed segments need Zstandard. */
export async function loadSqlite(): Promise<typeof Sqlite3> {
  if (!isRecentNode(process.versions.node))
    throw new StoreError(
      `The database needs Node ${oldestNode} or newer, this is Node ${process.versions.node}. Update VS Code to 1.101 or newer, or put a newer Node first on PATH.`,
    );
  return (await import('better-sqlite3')).default;
}

function migrate(db: Sqlite, file: string): void {
  const version = (): number => db.pragma('user_version', { simple: true }) as number;
  if (version() === migrations.length) return;
  if (version() > migrations.length)
    throw new StoreError(
      `The database ${file} belongs to a newer GRPO Lab (schema ${version()}, this one knows ${migrations.length}). ` +
        'Update GRPO Lab, or delete the file: it is rebuilt from the run directories.',
    );
  db.transaction(() => {
    // Another process may have done it while this one waited for the lock.
    for (const [i, sql] of migrations.entries()) if (i >= version()) db.exec(`${sql}; PRAGMA user_version = ${i + 1}`);
  }).immediate();
}

export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(errorCode(error));
export const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error));

/** Identifies the file behind a path, to notice that another process has replaced it. */
export const fileIdentity = (file: string): string | undefined => {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
};

/**
 * Moves a damaged database aside, unless another process has replaced it since.
 * @param identity of the file that was found damaged
 * @returns what a person should hear
 */
export function setAside(file: string, identity: string | undefined): string | null {
  if (fileIdentity(file) !== identity || identity === undefined) return null;
  const aside = nameAside(file);
  renameSync(file, aside);
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  const removed = removeOlder(file);
  const older = removed === 0 ? '' : ` ${count(removed, 'older one')} set aside before ${removed === 1 ? 'was' : 'were'} removed.`;
  return `The database ${file} was damaged. It was moved to ${aside} and is rebuilt from the run directories.${older}`;
}

/** After the time; a millisecond later where one was moved at the same instant. */
function nameAside(file: string): string {
  for (let time = Date.now(); ; time++) {
    const name = `${file}.damaged-${new Date(time).toISOString().replaceAll(':', '-')}`;
    if (!existsSync(name)) return name;
  }
}

/** Damaged databases that are kept for whoever wants to know what happened. */
const mostAside = 3;

/** @returns how many of the damaged databases were removed: all but the newest, which their names tell */
function removeOlder(file: string): number {
  const folder = dirname(file);
  const aside = readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.damaged-`));
  const older = aside.sort().slice(0, -mostAside);
  for (const name of older) rmSync(join(folder, name), { force: true });
  return older.length;
}
