/** Calls of SLURM's own programs: arguments as an array, no shell. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorCode } from '../../../core/files/fileErrors.js';
import { messageOf } from '../../../core/messageOf.js';

/** SLURM could not be asked, or has refused. */
export class SlurmError extends Error {
  override readonly name = 'SlurmError';
}

const TIMEOUT_MS = 30_000;

/** @returns what the program prints; @throws SlurmError with the program's own words */
export async function slurm(program: string, args: readonly string[]): Promise<string> {
  try {
    // Times are compared and shown as they stand: in one zone, in one format.
    const env = { ...process.env, SLURM_TIME_FORMAT: '%Y-%m-%dT%H:%M:%S' };
    return (await promisify(execFile)(program, args, { timeout: TIMEOUT_MS, windowsHide: true, env })).stdout;
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw new SlurmError(`There is no ${program} on this machine: open the folder on a login node of the cluster.`, { cause: error });
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new SlurmError(words === '' ? `${program}: ${messageOf(error)}` : words, { cause: error });
  }
}
