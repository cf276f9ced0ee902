import { QUIET_MS } from '../../../protocol/watch.js';
import type { Programs } from '../../ownPrograms.js';
import { lives, startDetached } from '../local/detached.js';
import { newJobId } from '../local/ownJob.js';
import { readSshRecord, type SshRecord } from './sshRecord.js';

/** Whether somebody follows the job; one on another machine that shares the folder is known by its heartbeat. */
export async function isMirrored({ mirror, heartbeat }: SshRecord): Promise<boolean> {
  return mirror !== null && ((await lives(mirror.process)) ?? Date.now() - Date.parse(heartbeat) < QUIET_MS);
}

/**
 * Starts the process that follows a run's job, unless there is one. The caller holds the run's lock.
 * @throws with its last words when it ends at once
 */
export async function startMirror(directory: string, programs: Programs): Promise<void> {
  const before = readSshRecord(directory);
  if (!before || before.ended || before.outcome || (await isMirrored(before))) return;
  const id = newJobId();
  const args = ['--run', directory, '--id', id];
  const mirror = { name: 'The process that mirrors the run', program: 'sshMirror.cjs', args, directory, log: 'mirror.log' };
  await startDetached(programs, mirror, () => readSshRecord(directory)?.mirror?.id === id);
}
