import { type JobRecord, readJob, writeJob } from '../../protocol/jobRecord.js';
import type { JobState } from '../job.js';

/** Well within the time after which a run counts as quiet. */
const EVERY_MS = 60_000;

/**
 * While a job waits in a queue nobody writes its record: who finds it waiting says that it was seen. The caller holds the run's lock.
 * @returns undefined where a watcher writes the record
 */
export const seenWaiting = (directory: string, record: JobRecord, state: () => Promise<JobState>): (() => Promise<void>) | undefined =>
  record.watcher !== undefined || record.ended !== null
    ? undefined
    : async () => {
        if (Date.now() - Date.parse(record.heartbeat) < EVERY_MS || (await state()).kind !== 'queued') return;
        // Its turn may have come meanwhile.
        const now = readJob(directory);
        if (now && now.watcher === undefined) writeJob(directory, { ...now, heartbeat: new Date().toISOString() });
      };
