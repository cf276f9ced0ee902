/** The keys of `process.json` that belong to the target `local`: host, watcher and trainer. */
import { join } from 'node:path';
import { z } from 'zod';
import { count } from '../../../protocol/count.js';
import { describeIssue } from '../../../core/describeIssue.js';
import { IdentityError } from '../../../protocol/identity.js';
import { type JobRecord, readJob } from '../../../protocol/jobRecord.js';
import { layout } from '../../../protocol/layout.js';
import type { ProcessId } from './processes.js';

/** A pid alone proves nothing (it can be reused): it counts only together with its start time. */
const processId = z.object({ pid: count, started: z.string() });
const own = z.object({
  host: z.string(),
  /** The trainer's parent. */
  watcher: processId,
  trainer: processId.nullable(),
});

export type LocalRecord = JobRecord & z.output<typeof own>;

/** @throws IdentityError when it names no processes */
export function localRecord(directory: string, record: JobRecord): LocalRecord {
  const parsed = own.safeParse(record);
  if (!parsed.success) throw new IdentityError(join(directory, layout.process), describeIssue(parsed.error));
  return { ...record, ...parsed.data };
}

/** @returns undefined when no process was ever watched; @throws IdentityError */
export function readLocalRecord(directory: string): LocalRecord | undefined {
  const record = readJob(directory);
  return record && localRecord(directory, record);
}

/** The process whose life is the job's: the trainer, or the watcher while there is no trainer yet. */
export const processOf = ({ trainer, watcher }: LocalRecord): ProcessId => trainer ?? watcher;
