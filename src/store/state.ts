import { largest } from '../core/extremes.js';
import type { RunState } from './views.js';

export interface StatusFact {
  seq: number;
  state: 'running' | 'finished' | 'stopped' | 'failed';
  message: string | null;
}
export interface ProcessFact {
  seq: number;
  state: 'started' | 'exited' | 'lost';
  exitCode: number | null;
  signal: string | null;
}

/**
 * What state a run is in, from its newest status and all its process events, whatever order they were read in:
 * `started` begins it, a status says it, and the first end after either decides when neither had said that it is over.
 * What a watcher found counts as such an end, as one after the newest event.
 */
export function runState(status: StatusFact | null, processes: readonly ProcessFact[]): { state: RunState; message: string | null } {
  const started = largest(
    processes.filter((p) => p.state === 'started').map((p) => p.seq),
    0,
  );
  const latest = status !== null && status.seq > started ? status : null;
  const state: RunState = latest?.state ?? 'starting';
  const message = latest?.message ?? null;
  if (state !== 'starting' && state !== 'running') return { state, message };
  const since = latest?.seq ?? started;
  const end = processes.filter((p) => p.seq > since && p.state !== 'started').sort((a, b) => a.seq - b.seq)[0] as ProcessFact | undefined;
  if (end === undefined) return { state, message };
  if (end.state === 'lost') return { state: 'died', message: 'the process is gone' };
  if (end.signal !== null) return { state: 'died', message: `killed by ${end.signal}` };
  if (end.exitCode === 0) return { state: 'finished', message: null };
  return { state: 'failed', message: end.exitCode === null ? 'ended without an exit code' : `ended with exit code ${end.exitCode}` };
}
