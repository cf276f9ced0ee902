import { join } from 'node:path';
import type { Connection } from './question.js';
import { answers, type StoreQueries } from './questions.js';
import { Quiet } from './quiet.js';
import { openForReading, type Sqlite } from './sqlite.js';

/**
 * The store's questions on a connection that writes nothing, in the thread that opens it.
 * @param root the `.grpo-lab` folder
 * @param asker hears how far a question that reads very much has come, and ends one whose answer is not wanted any more
 */
export async function openQuestions(
  root: string,
  database: string,
  asker: Pick<Connection, 'progress' | 'stillWanted'> = { progress: () => undefined, stillWanted: () => undefined },
): Promise<{ db: Sqlite; queries: StoreQueries }> {
  const db = await openForReading(database);
  const directoryOf = (run: string): string => join(root, 'runs', run);
  return { db, queries: answers({ db, directoryOf, quiet: new Quiet(db, directoryOf), ...asker }) };
}
