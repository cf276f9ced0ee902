import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendFlags, openRegular } from '../../../core/files/regularFile.js';
import type { Programs } from '../../ownPrograms.js';
import { tailOf } from '../../tail.js';
import { thisMachine } from '../local/machine.js';
import { isAlive } from '../local/processes.js';
import { QUIET_MS } from '../../../protocol/watch.js';
import { readSshRecord, type SshRecord } from './sshRecord.js';

const STARTED_WITHIN_MS = 15_000;
const LOG = 'mirror.log';

/** Whether somebody follows the job; one on another machine that shares the folder is known by its heartbeat. */
export async function isMirrored({ mirror, heartbeat }: SshRecord): Promise<boolean> {
  if (!mirror) return false;
  if (mirror.machine === thisMachine()) return isAlive(mirror);
  return Date.now() - Date.parse(heartbeat) < QUIET_MS;
}

/**
 * Starts the process that follows a run's job, unless there is one. The caller holds the run's lock.
 * @throws with its last words when it ends at once
 */
export async function startMirror(directory: string, { executable, folder }: Programs): Promise<void> {
  const before = readSshRecord(directory);
  if (!before || before.ended || before.outcome || (await isMirrored(before))) return;
  const log = openRegular(join(directory, LOG), appendFlags);
  const env = { ...process.env, ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }) };
  const args = [join(folder, 'sshMirror.cjs'), '--run', directory];
  const child = spawn(executable, args, { cwd: folder, env, detached: true, windowsHide: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const failure: { error?: Error; code?: number | null } = {};
  child.once('error', (error) => (failure.error = error));
  child.once('exit', (code) => (failure.code = code));
  child.unref();
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (readSshRecord(directory)?.mirror?.pid !== child.pid) {
    if (failure.error) throw new Error(`The process that mirrors the run could not be started (${executable}): ${failure.error.message}`);
    if (failure.code !== undefined || Date.now() > deadline) {
      const words = await tailOf(join(directory, LOG), 5);
      throw new Error(`The process that mirrors the run did not start: ${words.join(' ')}. See ${join(directory, LOG)}.`);
    }
    await sleep(25);
  }
}
