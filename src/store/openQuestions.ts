import { join } from 'node:path';
import { answers, type StoreQueries } from './questions.js';
import { Quiet } from './quiet.js';
import { openForReading, type Sqlite } from './sqlite.js';

/**
 * The store's questions on a connection that writes nothing, in the thread that opens it.
 * @param root the `.grpo-lab` folder
 * @param progress hears how far a question that reads very much has come
 */
export async function openQuestions(
  root: string,
  database: string,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<{ db: Sqlite; queries: StoreQueries }> {
  const db = await openForReading(database);
  const directoryOf = (run: string): string => join(root, 'runs', run);
  return { db, queries: answers({ db, directoryOf, quiet: new Quiet(db, directoryOf), progress }) };
}
