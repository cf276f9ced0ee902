/**
 * Settings for every connection to an SQLite file, whether it is ours or another program's: its content is data and must never run
 * anything.
 */
interface Pragmas {
  pragma(source: string): unknown;
}

/**
 * Nothing in the schema (views, triggers, defaults) can run functions or virtual tables that could do harm, and pages are checked before
 * they are believed. The third such setting, `defensive` (SQL cannot write around the checks of the format), is set by better-sqlite3
 * itself.
 */
export function distrust(db: Pragmas): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
}
