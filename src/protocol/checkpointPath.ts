import { isAbsolute, join } from 'node:path';

/** Whether a checkpoint's path stays within its run directory: `../..`, `C:` and `/etc` do not, and are not followed. */
export const isInside = (path: string): boolean =>
  path !== '' && !isAbsolute(path) && !/^[\\/]|^[A-Za-z]:/.test(path) && !path.split(/[\\/]/).includes('..');

/**
 * The absolute path of a checkpoint.
 * @param path as a `checkpoint` event or run.json names it; untrusted
 * @throws when it leads out of the run directory
 */
export function checkpointIn(runDir: string, path: string): string {
  if (!isInside(path))
    throw new Error(`The checkpoint ${JSON.stringify(path)} does not lie in its run directory (${runDir}): it is not read.`);
  return join(runDir, path);
}
