/**
 * The request to stop, a file in the run directory: it comes over any shared file system, and where there are no signals. Every backend
 * looks for it, and ends after what it is at, with a checkpoint.
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

/** Before the run goes on. @throws the file system's error */
export const withdrawStopRequest = (runDir: string): void => {
  rmSync(fileOf(runDir), { force: true });
};
