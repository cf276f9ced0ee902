import { setImmediate as immediately } from 'node:timers/promises';
import type Sqlite3 from 'better-sqlite3';
import { messageOf } from '../../core/messageOf.js';
import { distrust } from '../../core/files/distrust.js';
import { ImportError } from '../importer.js';

export type ForeignDatabase = Sqlite3.Database;

/**
 * Opens somebody else's SQLite file for reading, never for writing. Extensions cannot be loaded and its schema's own
 * functions are not trusted. Close it soon: an open read keeps the trainer's writes waiting.
 * @throws ImportError when it is no database, damaged, or not readable
 */
export async function openForeign(file: { path: string; name: string }): Promise<ForeignDatabase> {
  const { default: Database } = await import('better-sqlite3');
  try {
    const db = new Database(file.path, { readonly: true, fileMustExist: true, timeout: 2000 });
    try {
      distrust(db);
      db.pragma('query_only = ON');
      db.prepare('SELECT count(*) FROM sqlite_master').get();
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw sqliteError(file.name, error);
  }
}

/** Opens, uses and closes. @throws ImportError for every error of the database */
export async function withForeign<T>(file: { path: string; name: string }, use: (db: ForeignDatabase) => T): Promise<T> {
  const db = await openForeign(file);
  try {
    return use(db);
  } catch (error) {
    throw sqliteError(file.name, error);
  } finally {
    db.close();
  }
}

export interface ForeignTable {
  name: string;
  columns: string[];
}

/** Tables that have a rowid, in order of name. */
export function tablesOf(db: ForeignDatabase): ForeignTable[] {
  const names = db
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND wr = 0 AND schema = 'main' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck();
  return names.map((name) => ({ name, columns: columns.all(name) }));
}

/** An identifier inside SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface ForeignRow {
  rowid: number;
  row: Record<string, unknown>;
}

/** About as much is read at once: few enough bytes that rows do not outlive the collector's young generation. */
const pageBytes = 512 * 1024;
const mostRows = 256;
/** Names of SQLite's own for the number of a row; a column of the same name hides it. */
const rowidNames = ['rowid', '_rowid_', 'oid'];

/**
 * Rows of a table in order of their rowid, a page at a time, as many as recent ones let expect to fit. Nothing is locked between
 * pages, so that the trainer can write.
 * @param after rowid of the last row told before; 0 for all
 * @param table a name that `tablesOf` gave
 */
export async function* sqliteRows(
  file: { path: string; name: string },
  table: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<ForeignRow[]> {
  const db = await openForeign(file);
  try {
    const key = rowidOf(file.name, tablesOf(db).find(({ name }) => name === table) ?? { name: table, columns: [] });
    const select = db
      .prepare<[number, number], [unknown, ...unknown[]]>(`SELECT ${key}, * FROM ${quoted(table)} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`)
      .raw();
    const columns = select.columns().map(({ name }) => name);
    let limit = 8;
    for (let last = after; ;) {
      // SQLite reads without waiting: what else is due, such as to hear of a cancellation, gets its turn here.
      await immediately();
      signal.throwIfAborted();
      const page = select.all(last, limit);
      if (page.length === 0) return;
      last = Number(page[page.length - 1][0]);
      limit = Math.max(1, Math.min(mostRows, 2 * limit, Math.floor((pageBytes * page.length) / bytesOf(page))));
      yield page.map((values) => rowOf(values, columns));
    }
  } catch (error) {
    throw sqliteError(file.name, error);
  } finally {
    db.close();
  }
}

/** The largest rowid of a table; 0 when it has no rows. @throws ImportError */
export const lastRowid = (file: { path: string; name: string }, table: ForeignTable): Promise<number> =>
  withForeign(file, (db) => {
    const key = rowidOf(file.name, table);
    return (
      db
        .prepare<[], number | null>(`SELECT max(${key}) FROM ${quoted(table.name)}`)
        .pluck()
        .get() ?? 0
    );
  });

/** What the number of a row is called in a table. @throws ImportError when its columns hide it */
function rowidOf(file: string, { name: table, columns }: ForeignTable): string {
  const own = new Set(columns.map((name) => name.toLowerCase()));
  const key = rowidNames.find((name) => !own.has(name));
  if (key !== undefined) return key;
  throw new ImportError(file, `table ${table}`, `its columns hide the number of its rows: rename one of ${rowidNames.join(', ')}.`);
}

/** @param columns with the rowid first */
function rowOf(values: readonly unknown[], columns: readonly string[]): ForeignRow {
  const row: Record<string, unknown> = {};
  for (let c = 1; c < values.length; c++) row[columns[c]] = values[c];
  return { rowid: Number(values[0]), row };
}

function bytesOf(page: readonly (readonly unknown[])[]): number {
  let bytes = 1;
  for (const values of page)
    for (const value of values) if (typeof value === 'string' || value instanceof Uint8Array) bytes += value.length;
  return bytes;
}

function sqliteError(file: string, error: unknown): unknown {
  if (error instanceof ImportError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const because = messageOf(error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new ImportError(file, null, 'the database is locked by another program. Try again when that has finished writing.', error);
  if (code.startsWith('SQLITE_NOTADB')) return new ImportError(file, null, 'not an SQLite database.', error);
  if (code.startsWith('SQLITE_CORRUPT')) return new ImportError(file, null, `the database is damaged (${because}).`, error);
  if (code.startsWith('SQLITE_CANTOPEN'))
    return new ImportError(file, null, `the database cannot be opened (${because}). Check that file and folder can be read.`, error);
  return code.startsWith('SQLITE_') ? new ImportError(file, null, because, error) : error;
}
