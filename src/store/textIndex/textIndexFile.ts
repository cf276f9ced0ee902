/**
 * The index of words: a database of its own beside the store's, so that it can be dropped at any time, is made anew from the store, and
 * never holds up its writer. It keeps no text, only which words stand where (FTS5, contentless).
 */
import { rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { distrust } from '../../core/files/distrust.js';
import { isDamage, loadSqlite, type Sqlite } from '../sqlite.js';

/** Another number: the index is made anew. */
const version = 1;

/**
 * A row of `texts` has the id of its solution. `groups` says of which telling of a group: ids of groups that were deleted can be given to
 * others. Marks belong to words, as in `query/words.ts`.
 */
const schema = `
  CREATE VIRTUAL TABLE texts USING fts5(text, content='', contentless_delete=1,
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'");
  CREATE TABLE runs (key INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE);
  CREATE TABLE groups (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, seq INTEGER NOT NULL);
  INSERT INTO texts (texts, rank) VALUES ('hashsize', 33554432);
  PRAGMA user_version = ${version};`;

export const textIndexPath = (database: string): string => join(dirname(database), 'search.db');

/** Bytes on disk; 0: there is none. */
export function textIndexBytes(database: string): number {
  const size = (suffix: string): number => statSync(textIndexPath(database) + suffix, { throwIfNoEntry: false })?.size ?? 0;
  return size('') + size('-wal');
}

export function removeTextIndex(database: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(textIndexPath(database) + suffix, { force: true });
}

/** Opens the index for writing, or begins one where there is none that can be used. */
export async function openTextIndex(database: string): Promise<Sqlite> {
  const Database = await loadSqlite();
  const open = (): Sqlite => {
    const db = new Database(textIndexPath(database), { timeout: 1000 });
    try {
      distrust(db);
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = OFF'); // what a crash of the machine leaves of it is found damaged and made anew
      db.pragma('journal_size_limit = 16777216');
      db.transaction(() => {
        if (db.pragma('user_version', { simple: true }) === 0) db.exec(schema);
      }).immediate();
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  };
  try {
    const db = open();
    if (isUsable(db)) return db;
    db.close();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  removeTextIndex(database);
  return open();
}

/** Whether it was made by this version. */
export const isUsable = (db: Sqlite, name = 'main'): boolean => db.pragma(`${name}.user_version`, { simple: true }) === version;
