import { isAbsolute, join } from 'node:path';

/** A checkpoint lies in its run directory: a path that leads out of it (`../..`, `C:`, `/etc`) is not followed. */
export const isInside = (path: string): boolean =>
  path !== '' && !isAbsolute(path) && !/^[\\/]|^[A-Za-z]:/.test(path) && !path.split(/[\\/]/).includes('..');

/**
 * Where a checkpoint lies that a run directory names.
 * @param path as a `checkpoint` event or run.json has it: from anybody
 * @throws when it leads out of the run directory
 */
export function checkpointIn(runDir: string, path: string): string {
  if (!isInside(path))
    throw new Error(`The checkpoint ${JSON.stringify(path)} does not lie in its run directory (${runDir}): it is not read.`);
  return join(runDir, path);
}
