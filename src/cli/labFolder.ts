/** The folder a command works in: the one that holds `.grpo-lab`. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const LAB = '.grpo-lab';

/**
 * @param named the folder that the user names, if any
 * @param file the experiment file of the command, if any
 * @returns the nearest folder with a `.grpo-lab` at or above the file (else the working directory); where there is none yet,
 * the working directory, or the file's folder when the file lies elsewhere
 */
export function labFolder(cwd: string, named?: string, file?: string): string {
  if (named !== undefined) return resolve(cwd, named);
  const start = file === undefined ? cwd : dirname(resolve(cwd, file));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, LAB))) return folder;
    if (folder === dirname(folder)) break;
  }
  return relative(cwd, start).startsWith('..') ? start : cwd;
}
