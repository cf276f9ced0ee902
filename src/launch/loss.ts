/** The end of a run that nobody was there to record. */
import { join } from 'node:path';
import { layout } from '../protocol/layout.js';
import { readProcess } from '../protocol/identity.js';
import { lastSeqOf } from '../protocol/segments.js';
import { recordLost } from '../protocol/watch.js';
import { healthOf, processOf } from './health.js';
import { withLock } from './targets/local/lock.js';
import { thisHost } from './targets/local/processes.js';
import { lastEvent } from './runState.js';
import { tailOf } from './tail.js';

/** The lock held while a run is started, renamed or declared lost. */
export const lockOf = (directory: string): string => join(directory, '.lock');

/**
 * Records that a run is dead without a recorded end, in the file of this host's findings: its events are its writer's alone.
 * Two windows that find the same run record it once.
 * @returns whether this call recorded it
 */
export const reportLoss = (directory: string): Promise<boolean> => withLock(lockOf(directory), () => recordLoss(directory));

/** The same for a caller that holds the run's lock. */
export async function recordLoss(directory: string): Promise<boolean> {
  if ((await healthOf(directory)) !== 'dead') return false;
  const state = readProcess(directory);
  if (!state) return false;
  // A watcher may die right after recording the exit: then nothing is left to say.
  const said = lastEvent(directory, ['process'])?.state === 'exited';
  const tail = said ? [] : await tailOf(join(directory, layout.stderr), 20);
  const { pid, started } = processOf(state);
  recordLost(directory, { time: new Date().toISOString(), host: thisHost(), pid, started, seq: lastSeqOf(directory), tail });
  return true;
}
