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

/**
 * The absolute path of the checkpoint that a run starts from, or whose reward model it asks. Runs lie beside each other.
 * @param runsDir the folder of both
 * @param origin `parent` or `reward_model` of run.json; untrusted
 * @throws when it leads out of the other's run directory, or names none
 */
export function originCheckpoint(runsDir: string, { run, checkpoint }: { run: string; checkpoint: string }): string {
  if (!isInside(run) || /[\\/]/.test(run) || run === '.')
    throw new Error(`${JSON.stringify(run)} is not the name of a run beside this one (in ${runsDir}): no checkpoint of it is read.`);
  return checkpointIn(join(runsDir, run), checkpoint);
}
