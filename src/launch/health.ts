/** Whether a run lives, from its files and this machine's processes. */
import { readIdentity, readProcess } from '../protocol/identity.js';
import type { ProcessState } from '../protocol/runFiles.js';
import { lostOf, QUIET_MS } from '../protocol/watch.js';
import { isAlive, thisHost, type ProcessId } from './targets/local/processes.js';
import { lastEvent, lastTime } from './runState.js';

/**
 * alive: its trainer or its watcher runs; where that cannot be seen (on another host, or because nobody watches it), it was heard of
 * lately. ended: its end is recorded. dead: its processes of this machine are gone without a recorded end.
 * quiet: it was not heard of lately, and nothing here can tell whether it has ended.
 */
export type Health = 'alive' | 'ended' | 'dead' | 'quiet';

/** @throws IdentityError when its files cannot be used */
export async function healthOf(directory: string, now = Date.now()): Promise<Health> {
  const state = readProcess(directory);
  if (!state) return unwatched(directory, now);
  if (state.ended || isFoundLost(directory, state)) return 'ended';
  if (state.host !== thisHost()) return heard(directory, state, now) ? 'alive' : 'quiet';
  const living = await Promise.all([state.watcher, state.trainer].map(async (p) => p !== null && (await isAlive(p))));
  return living.includes(true) ? 'alive' : 'dead';
}

/** The process that a run lives and dies with. */
export const processOf = ({ trainer, watcher }: ProcessState): ProcessId => trainer ?? watcher;

/** Whether somebody on the process's own machine has found that it is gone. */
export function isFoundLost(directory: string, state: ProcessState): boolean {
  const { pid, started } = processOf(state);
  return lostOf(directory).some((l) => l.host === state.host && l.pid === pid && l.started === started);
}

/** Anything that writes the protocol is a trainer: it need not tell of its process, and is then judged by its events alone. */
function unwatched(directory: string, now: number): Health {
  const said = lastEvent(directory, ['status'])?.state;
  if (said !== undefined && said !== 'running') return 'ended';
  return heard(directory, undefined, now) ? 'alive' : 'quiet';
}

function heard(directory: string, state: ProcessState | undefined, now: number): boolean {
  const fresh = (time: number | null): boolean => time !== null && now - time < QUIET_MS;
  if (state && fresh(Date.parse(state.heartbeat))) return true;
  const last = lastTime(directory);
  // A run directory exists for a moment before anybody has written into it.
  return last === null && !state ? fresh(Date.parse(readIdentity(directory)?.created ?? '')) : fresh(last);
}
