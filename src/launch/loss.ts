/** The end of a run that nobody was there to record. */
import { join } from 'node:path';
import { PROTOCOL_VERSION } from '../protocol/events.js';
import { layout } from '../protocol/layout.js';
import { readIdentity, readProcess, writeProcess } from '../protocol/identity.js';
import { RunWriter } from '../protocol/writer.js';
import { withLock } from './lock.js';
import { thisHost } from './processes.js';
import { healthOf, lastEvent } from './runState.js';
import { tailOf } from './tail.js';

/** The lock held while a run is started, renamed or declared lost. */
export const lockOf = (directory: string): string => join(directory, '.lock');

/**
 * Appends a `lost` event to a run that is dead without a recorded end, and ends its process.json.
 * Two windows that find the same run record it once.
 * @returns whether this call recorded it
 */
export const reportLoss = (directory: string): Promise<boolean> => withLock(lockOf(directory), () => recordLoss(directory));

/** The same for a caller that holds the run's lock. */
export async function recordLoss(directory: string): Promise<boolean> {
  const identity = readIdentity(directory);
  const state = readProcess(directory);
  if (!identity || (await healthOf(identity, state)) !== 'dead') return false;
  const process = state?.trainer ?? state?.watcher;
  // A watcher that dies right after recording the exit leaves only process.json to be ended.
  const recorded = lastEvent(directory, ['process'])?.state === 'exited' && state !== undefined;
  if (!recorded) {
    const writer = RunWriter.open(directory);
    try {
      writer.append({ type: 'process', state: 'lost', pid: process?.pid ?? 0, tail: await tailOf(join(directory, layout.stderr), 20) });
    } finally {
      writer.close();
    }
  }
  const now = new Date().toISOString();
  const base = state ?? { v: PROTOCOL_VERSION, host: thisHost(), watcher: { pid: 0, started: '' }, trainer: null, heartbeat: now };
  writeProcess(directory, { ...base, ended: { at: now, exit_code: null, signal: null } });
  return true;
}
