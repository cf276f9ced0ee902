/**
 * `process.json`: the job of a run's present or last life. Its target replaces the file as a whole. Any other keys in it belong to that
 * target: `local` keeps host and processes there, and nothing else reads them.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../core/files/replaceFile.js';
import { count } from './count.js';
import { PROTOCOL_VERSION } from './events.js';
import { readJson } from './identity.js';
import { layout } from './layout.js';

/** What a job may use. */
export const jobResources = z.object({
  /** Null when the target decides. */
  threads: count.nullable(),
});

/** What the file must hold. */
export const processFile = z.looseObject({
  v: z.literal(PROTOCOL_VERSION),
  /** Name of the target it runs on; `local` where none is named. */
  target: z.string().max(100).optional(),
  /** What the target calls it. */
  job: z.string().max(1000).optional(),
  resources: jobResources.optional(),
  /** When the job was last seen alive. ISO 8601, UTC. */
  heartbeat: z.string(),
  ended: z.object({ at: z.string(), exit_code: z.number().int().nullable(), signal: z.string().nullable() }).nullable(),
});

export type JobRecord = z.output<typeof processFile> & { target: string; job: string };

/**
 * Reads process.json.
 * @returns undefined when there is none
 * @throws IdentityError when it is malformed
 */
export function readJob(runDir: string): JobRecord | undefined {
  const file = readJson(join(runDir, layout.process), processFile);
  return file && { ...file, ...nameOfJob(file) };
}

export const writeJob = (runDir: string, record: JobRecord): void => {
  replaceFile(join(runDir, layout.process), `${JSON.stringify(record)}\n`);
};

const ofProcesses = z.object({
  host: z.string(),
  watcher: z.object({ pid: count, started: z.string() }),
  trainer: z.object({ pid: count, started: z.string() }).nullish(),
});

/** Upgrades a file of former versions, which knew no other target than a process of some host. */
function nameOfJob({ target = 'local', job, ...own }: z.output<typeof processFile>): Pick<JobRecord, 'target' | 'job'> {
  if (job !== undefined) return { target, job };
  const { data } = ofProcesses.safeParse(own);
  return { target, job: data ? nameOfProcess({ host: data.host, ...(data.trainer ?? data.watcher) }) : '' };
}

/** The id of a job that is known by its process only, as in files of former versions. */
export const nameOfProcess = ({ host, pid, started }: { host: string; pid: number; started: string }): string =>
  [host, pid, started].join('/');
