/** Records the end of a run, when nobody else has. */
import { readIdentity } from '../protocol/identity.js';
import { writeJob } from '../protocol/jobRecord.js';
import { layout } from '../protocol/layout.js';
import { lastSeqOf, listSegments } from '../protocol/segments.js';
import { isStopRequested } from '../protocol/stopRequest.js';
import { recordLost } from '../protocol/watch.js';
import { RunWriter } from '../protocol/runWriter.js';
import { healthOf } from './health.js';
import type { JobState } from './job.js';
import type { Jobs } from './jobs.js';
import { lastEvent } from './newestEvents.js';
import { withRunLock } from './runLock.js';
import { tailOf } from './tail.js';
import { thisMachine } from './targets/local/machine.js';

/**
 * Records that a run's job is over, when no end is on record. A run whose events do not say that it has ended is lost: that is written to
 * this machine's file of findings, because only a run's writer may append to its events. Two processes that find the same run record it
 * once.
 * @returns whether this call has found the run lost
 */
export const settle = (directory: string, jobs: Jobs): Promise<boolean> => withRunLock(directory, () => settleLocked(directory, jobs));

/** The same for a caller that holds the run's lock. */
export async function settleLocked(directory: string, jobs: Jobs): Promise<boolean> {
  if ((await healthOf(directory, jobs)) !== 'dead') return false;
  const job = jobs.of(directory);
  if (!job) return false;
  await job.mirror?.(); // its last words
  const state = await job.state();
  if (state.kind === 'ended') {
    const ended = { at: new Date().toISOString(), exit_code: state.exitCode, signal: state.signal };
    writeJob(directory, { ...job.record, ended });
    if (wasStoppedWhileItWaited(directory, state.waiting ?? false)) recordStopped(directory);
    const status = lastEvent(directory, ['status'])?.state;
    if (status !== undefined && status !== 'running') return false;
  }
  const { target, job: id } = job.record;
  const tail = [...(await lastWords(directory, await job.log(layout.stderr))), ...howItEnded(state)];
  const finding = { time: new Date().toISOString(), target, job: id, seq: lastSeqOf(directory), tail };
  recordLost(directory, thisMachine(), { ...job.ownKeys, ...finding });
  return true;
}

/** A job that was stopped while it was queued has no writer who could say so: then the side that launched it may still write. */
const wasStoppedWhileItWaited = (directory: string, waiting: boolean): boolean =>
  isStopRequested(directory) && (waiting || listSegments(directory).length === 0);

function recordStopped(directory: string): void {
  const { step = 0, total_steps = readIdentity(directory)?.total_steps ?? 0 } = lastEvent(directory, ['status']) ?? {};
  const writer = RunWriter.open(directory);
  try {
    writer.append({ type: 'status', state: 'stopped', step, total_steps, message: 'stopped before its turn came' });
  } finally {
    writer.close();
  }
}

/** The last lines of its error output; none when its exit is on record, for then only its watcher has died since. */
const lastWords = async (directory: string, log: string): Promise<string[]> =>
  lastEvent(directory, ['process'])?.state === 'exited' ? [] : tailOf(log, 20);

function howItEnded(state: JobState): string[] {
  if (state.detail !== undefined) return [`${state.detail}.`];
  if (state.kind !== 'ended') return [];
  return [state.signal === null ? `The job ended with exit code ${state.exitCode ?? 'unknown'}.` : `The job was ended by ${state.signal}.`];
}
