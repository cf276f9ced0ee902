/** How a question to the store is declared. */
import { serialize } from 'node:v8';
import { z } from 'zod';
import type { ListPage } from '../core/listPages.js';
import type { Quiet } from './quiet.js';
import type { Sqlite } from './sqlite.js';

/** What questions are answered from. */
export interface Connection {
  db: Sqlite;
  /** Tells which runs nothing is heard of. */
  quiet: Quiet;
  /** The folder of a run. */
  directoryOf: (run: string) => string;
  /** Tells whoever asked how far a question that reads very much has come. @throws like `stillWanted` */
  progress: (done: number, total: number) => void;
  /** Called now and then by a question that takes long. @throws when nobody wants its answer any more */
  stillWanted: () => void;
}

export interface Question<Arguments extends unknown[], Answer> {
  /** What it may be asked with: the thread that answers checks it. */
  arguments: z.ZodType<Arguments>;
  /** Prepares its statements. Called once for each connection, when it is first asked there. */
  prepare: (connection: Connection) => (...args: Arguments) => Answer;
}

export const question = <Arguments extends unknown[], Answer>(
  args: z.ZodType<Arguments>,
  prepare: Question<Arguments, Answer>['prepare'],
): Question<Arguments, Answer> => ({ arguments: args, prepare });

/** What several questions share (statements, caches), made once for each connection. */
export function perConnection<T>(make: (connection: Connection) => T): (connection: Connection) => T {
  const made = new WeakMap<Connection, { value: T }>();
  return (connection) => {
    let found = made.get(connection);
    if (found === undefined) made.set(connection, (found = { value: make(connection) }));
    return found.value;
  };
}

/** Id of a run, as an argument. */
export const runId = z.string().max(128);
/** Rows of one answer, as an argument. */
export const rowLimit = z.number().int().min(1).max(10_000);

/** Which page of a list, as an argument. @param after what `next` of the page before said */
export const pageArgument = <Cursor>(after: z.ZodType<Cursor>) => z.strictObject({ after: after.optional(), limit: rowLimit.optional() });
/** Rows of a page, where whoever asks does not say how many. */
export const usualRows = 1000;

/**
 * Bytes of one page: it ends with the row that reaches them, however few there are. So every answer is bounded by this and by one
 * row of a list, which is no larger than the event that told it.
 */
export const pageBytes = 1024 * 1024;
/** As it travels between threads. */
export const bytesOf = (row: unknown): number => serialize(row).byteLength;

/**
 * A page of rows that are read one by one.
 * @param raw rows of the database, of which at least one more than `limit` is there to be read where there are more
 * @param rowOf what is answered of one
 * @param cursorOf where the page after that row begins
 */
export function listPage<Raw, Row, Cursor>(
  raw: Iterable<Raw>,
  limit: number,
  rowOf: (raw: Raw) => Row,
  cursorOf: (raw: Raw) => Cursor,
): ListPage<Row, Cursor> {
  const rows: Row[] = [];
  let bytes = 0;
  let next: Cursor | null = null;
  for (const one of raw) {
    if (rows.length > 0 && (rows.length >= limit || bytes >= pageBytes)) return { rows, next };
    const row = rowOf(one);
    rows.push(row);
    bytes += bytesOf(row);
    next = cursorOf(one);
  }
  return { rows, next: null };
}
