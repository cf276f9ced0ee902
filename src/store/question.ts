/** How a question to the store is declared. */
import { z } from 'zod';
import type { Quiet } from './quiet.js';
import type { Sqlite } from './sqlite.js';

/** What questions are answered from. */
export interface Connection {
  db: Sqlite;
  /** Tells which runs nothing is heard of. */
  quiet: Quiet;
  /** The folder of a run. */
  directoryOf: (run: string) => string;
  /** Tells whoever asked how far a question that reads very much has come. */
  progress: (done: number, total: number) => void;
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
