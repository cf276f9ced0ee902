/** Settings of every connection to an SQLite file, ours or foreign: what the file says of itself is data, never a command. */
interface Pragmas {
  pragma(source: string): unknown;
}

/**
 * No function or virtual table that could do harm runs from within the schema (views, triggers, defaults), and pages are checked
 * before they are believed. The third of the kind, `defensive` (no SQL writes past the checks of the format), better-sqlite3 sets itself.
 */
export function distrust(db: Pragmas): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
}
