/** The keys of `process.json` that a watcher writes, on this machine or where another target's job runs: host, watcher and trainer. */
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
  /** When the watcher began, ISO 8601: of two that name one run, the later one has it. */
  since: z.string().optional(),
  /** Where it runs, as the target's queue calls it: `n[1-2]`. */
  nodes: z.string().optional(),
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

/** Whether the run has passed on to the watcher of `other`: it was started anew while this one could not be seen to live. */
export const isSuperseded = (own: JobRecord & { since?: unknown }, other: JobRecord & { since?: unknown }): boolean =>
  other.job !== own.job && typeof other.since === 'string' && typeof own.since === 'string' && other.since > own.since;

/** The process whose life is the job's: the trainer, or the watcher while there is no trainer yet. */
export const processOf = ({ trainer, watcher }: LocalRecord): ProcessId => trainer ?? watcher;
