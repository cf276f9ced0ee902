/**
 * The request to stop: a file in the run directory, which works over any shared file system, and on systems without signals. Every backend
 * looks for it, and ends after its current step, with a checkpoint.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../core/files/regularFile.js';
import { layout } from './layout.js';

const fileOf = (runDir: string): string => join(runDir, layout.stopRequest);

export const isStopRequested = (runDir: string): boolean => existsSync(fileOf(runDir));

/** Who asks: a person, for good; or a signal from whoever owns the machine, after which a queue may give the run another turn. */
export type StopAsker = 'person' | 'signal';

/**
 * A signal takes nothing back from a person.
 * @throws the file system's error
 */
export const requestStop = (runDir: string, asker: StopAsker = 'person'): void => {
  if (asker === 'signal' && isStopRequested(runDir)) return;
  writeFileSync(fileOf(runDir), asker === 'signal' ? 'signal\n' : '');
};

/** Whether a person has asked. */
export const isStopWanted = (runDir: string): boolean => isStopRequested(runDir) && readText(fileOf(runDir)).trim() !== 'signal';

/**
 * Removes the request, before a run is resumed.
 * @throws the file system's error
 */
export const withdrawStopRequest = (runDir: string): void => {
  rmSync(fileOf(runDir), { force: true });
};
