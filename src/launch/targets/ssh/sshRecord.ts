/** The keys of `process.json` that belong to the target `ssh`: where the run lies there, who mirrors it here, and what that has seen. */
import { join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../../../core/describeIssue.js';
import { ssh } from '../../../experiment/targets/ssh.js';
import { count } from '../../../protocol/count.js';
import { IdentityError } from '../../../protocol/identity.js';
import { type JobRecord, readJob } from '../../../protocol/jobRecord.js';
import { layout } from '../../../protocol/layout.js';
import { processOfMachine } from '../local/detached.js';

/** Absolute, and what it says: below the folder of the settings, by names that this machine may have given. */
// oxlint-disable-next-line no-control-regex -- they are what is refused
const directoryPattern = /^(?:\/(?!\.\.?(?:\/|$))[^/\0-\x1f\x7f]+)+$/;

const own = z.object({
  host: ssh.shape.host,
  /** The run directory there. */
  directory: z.string().max(4000).regex(directoryPattern),
  /** The process that follows the job; null before there is one. */
  mirror: z.object({ id: z.string(), process: processOfMachine }).nullable(),
  /** Whether it hears from the host, since when, and why not. */
  connection: z.object({ state: z.enum(['none', 'up', 'lost']), since: z.string(), why: z.string().nullable() }),
  /** What it has seen of the job's end; null while it goes on. */
  outcome: z
    .discriminatedUnion('kind', [z.object({ kind: z.literal('ended'), code: count }), z.object({ kind: z.literal('gone') })])
    .nullable(),
});

export type SshRecord = JobRecord & z.output<typeof own>;

/** @throws IdentityError when it names no host and folder that are safe to use: a run directory can come from anybody */
export function sshRecord(directory: string, record: JobRecord): SshRecord {
  const parsed = own.safeParse(record);
  if (!parsed.success) throw new IdentityError(join(directory, layout.process), describeIssue(parsed.error));
  if (!/^[0-9a-f]{1,32}$/.test(record.job)) throw new IdentityError(join(directory, layout.process), 'job is none of the target ssh');
  return { ...record, ...parsed.data };
}

/** @returns undefined when the run's last life was on another target, or nowhere; @throws IdentityError */
export function readSshRecord(directory: string): SshRecord | undefined {
  const record = readJob(directory);
  return record?.target === 'ssh' ? sshRecord(directory, record) : undefined;
}
