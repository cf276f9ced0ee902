/**
 * The request to stop: a file in the run directory, which works over any shared file system, and on systems without signals. Every backend
 * looks for it, and ends after its current step, with a checkpoint.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layout } from './layout.js';

const fileOf = (runDir: string): string => join(runDir, layout.stopRequest);

export const isStopRequested = (runDir: string): boolean => existsSync(fileOf(runDir));

/** @throws the file system's error */
export const requestStop = (runDir: string): void => {
  writeFileSync(fileOf(runDir), '');
};

/**
 * Removes the request, before a run is resumed.
 * @throws the file system's error
 */
export const withdrawStopRequest = (runDir: string): void => {
  rmSync(fileOf(runDir), { force: true });
};
