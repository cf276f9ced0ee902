/** Whether a run lives, from its files and what the target of its job says. */
import { readIdentity } from '../protocol/identity.js';
import type { JobRecord } from '../protocol/jobRecord.js';
import { lostOf, QUIET_MS } from '../protocol/watch.js';
import type { JobState } from './job.js';
import type { Jobs } from './jobs.js';
import { jobText } from './jobText.js';
import { lastEvent, lastTime } from './newestEvents.js';

/**
 * alive: its job runs or is queued; where the job cannot be asked about (its target cannot be reached from here, or the run has no job on
 * record), it has written an event or a heartbeat lately. ended: its end is on record. dead: its job is over, and no end is on record.
 * quiet: it has written nothing lately, and nothing here can tell whether it has ended.
 */
export type Health = 'alive' | 'ended' | 'dead' | 'quiet';

/** @throws IdentityError when its files cannot be used */
export const healthOf = async (directory: string, jobs: Jobs, now = Date.now()): Promise<Health> =>
  (await lookAt(directory, jobs, now)).health;

/**
 * The same, with what its target says of a job whose end is not on record.
 * @throws IdentityError when its files cannot be used
 */
export async function lookAt(directory: string, jobs: Jobs, now = Date.now()): Promise<{ health: Health; job?: string }> {
  const job = jobs.of(directory);
  if (!job) return { health: withoutJob(directory, now) };
  if (job.record.ended || isFoundLost(directory, job.record)) return { health: 'ended' };
  const state = await job.state();
  const text = jobText(job, state);
  return { health: healthIn(state, directory, job.record, now), ...(text !== undefined && { job: text }) };
}

function healthIn({ kind }: JobState, directory: string, record: JobRecord, now: number): Health {
  switch (kind) {
    case 'queued':
    case 'running':
      return 'alive';
    case 'unknown':
      return isHeardOf(directory, record, now) ? 'alive' : 'quiet';
    case 'ended':
    case 'gone':
      return 'dead';
  }
}

/** Whether a machine that could ask about the job has recorded that it is gone. */
const isFoundLost = (directory: string, { target, job }: JobRecord): boolean =>
  lostOf(directory).some((loss) => loss.target === target && loss.job === job);

/**
 * The health of a run without a job on record, from its events alone: any program that writes the protocol is a trainer, and need not write
 * process.json.
 */
function withoutJob(directory: string, now: number): Health {
  const status = lastEvent(directory, ['status'])?.state;
  if (status !== undefined && status !== 'running') return 'ended';
  return isHeardOf(directory, undefined, now) ? 'alive' : 'quiet';
}

function isHeardOf(directory: string, record: JobRecord | undefined, now: number): boolean {
  const isFresh = (time: number | null): boolean => time !== null && now - time < QUIET_MS;
  if (record && isFresh(Date.parse(record.heartbeat))) return true;
  const last = lastTime(directory);
  // A run directory exists for a moment before anybody has written into it.
  return last === null && !record ? isFresh(Date.parse(readIdentity(directory)?.created ?? '')) : isFresh(last);
}
