import { join } from 'node:path';
import { withLock } from './targets/local/lock.js';

/**
 * Runs `work` while no other process starts or renames the run, or records its end.
 * @throws when another process does not let go in time
 */
export const withRunLock = <T>(directory: string, work: () => T | Promise<T>): Promise<T> => withLock(join(directory, '.lock'), work);
