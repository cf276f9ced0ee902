import type Sqlite3 from 'better-sqlite3';
import { messageOf } from '../../core/messageOf.js';
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
      db.pragma('trusted_schema = OFF');
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

/** A page ends early when its values are large. */
const pageBytes = 1024 * 1024;

/**
 * Rows of a table in order of their rowid, a page at a time. Nothing is locked between pages, so that the trainer can write, and
 * pages are small enough for their rows not to outlive the collector's young generation.
 * @param after rowid of the last row told before; 0 for all
 * @param table a name that `tablesOf` gave
 */
export async function* sqliteRows(
  file: { path: string; name: string },
  table: string,
  after: number,
  signal: AbortSignal,
  page = 256,
): AsyncGenerator<ForeignRow[]> {
  const db = await openForeign(file);
  try {
    const select = db
      .prepare<[number, number], [unknown, ...unknown[]]>(`SELECT rowid, * FROM ${quoted(table)} WHERE rowid > ? ORDER BY rowid LIMIT ?`)
      .raw();
    const columns = select.columns().map(({ name }) => name);
    for (let last = after; ;) {
      signal.throwIfAborted();
      const rows = takeBytes(select.iterate(last, page), columns);
      if (rows.length === 0) return;
      last = rows[rows.length - 1].rowid;
      yield rows;
    }
  } catch (error) {
    throw sqliteError(file.name, error);
  } finally {
    db.close();
  }
}

/** @param columns with the rowid first */
function takeBytes(rows: Iterable<[unknown, ...unknown[]]>, columns: readonly string[]): ForeignRow[] {
  const taken: ForeignRow[] = [];
  let bytes = 0;
  for (const values of rows) {
    const row: Record<string, unknown> = {};
    for (let c = 1; c < values.length; c++) {
      const value = values[c];
      row[columns[c]] = value;
      if (typeof value === 'string' || Buffer.isBuffer(value)) bytes += value.length;
    }
    taken.push({ rowid: Number(values[0]), row });
    if (bytes > pageBytes) break;
  }
  return taken;
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
