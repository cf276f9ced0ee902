/**
 * A lock between processes: a file that only one of them can create. When its owner is dead, the next process takes it over. The former turn
 * of the same SLURM job is told by its restart count, however young its file is. python/grpo_lab/events/lock.py takes locks by the same rules.
 */
import { mkdir, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { tryJson } from '../../../core/tryJson.js';
import { readText } from '../../../core/files/regularFile.js';
import { thisMachine } from './machine.js';
import { isAlive, thisProcess } from './processes.js';

const owner = z.object({
  host: z.string(),
  pid: z.number(),
  started: z.string(),
  /** Of a job of SLURM: its id, and how often it has been requeued. */
  slurm_job: z.string().optional(),
  slurm_restart: z.number().optional(),
});
type Owner = z.output<typeof owner>;

/** After this long a lock of another host, or one without a readable owner, counts as left over. */
const STALE_MS = 30_000;
/** How often the holder of a lock renews it: grading a run may take hours. */
const RENEW_MS = 5_000;
const POLL_MS = 50;

/**
 * Runs `work` while holding the lock.
 * @param work is told by the signal when another process has taken the lock over: it has to end then, and write nothing more
 * @param renewMs how often the time of the lock's file is renewed, by which other hosts judge whether it is held
 * @throws when another process does not let go within `waitMs`
 */
export async function withLock<T>(
  path: string,
  work: (lost: AbortSignal) => T | Promise<T>,
  waitMs = 15_000,
  renewMs = RENEW_MS,
): Promise<T> {
  const deadline = Date.now() + waitMs;
  const mine = JSON.stringify(await thisOwner());
  while (!(await acquire(path, mine))) {
    if (await isStale(path)) await takeAway(path, renewMs);
    else if (Date.now() > deadline) throw new Error(`${path} is held by another process; if none is at work there, delete it.`);
    else await sleep(POLL_MS);
  }
  const lost = new AbortController();
  const renewed = setInterval(() => {
    const text = textOf(path);
    if (text !== null && text !== mine) {
      clearInterval(renewed);
      lost.abort(new LockLost(path));
      return;
    }
    const now = new Date();
    utimes(path, now, now).catch(() => undefined); // its folder was deleted: nothing is left to be held
  }, renewMs);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(renewed);
    if (textOf(path) === mine) await rm(path, { force: true });
  }
}

/** Another process has taken a lock over. */
export class LockLost extends Error {
  override readonly name = 'LockLost';

  constructor(path: string) {
    super(`Another process has taken over ${path}: this one writes no more.`);
  }
}

async function thisOwner(): Promise<Owner> {
  const { SLURM_JOB_ID: job, SLURM_RESTART_COUNT: restart = '0' } = process.env;
  return { host: thisMachine(), ...(await thisProcess()), ...(job !== undefined && { slurm_job: job, slurm_restart: Number(restart) }) };
}

async function acquire(path: string, mine: string): Promise<boolean> {
  try {
    await writeFile(path, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Null when there is none, or something else than a file. */
function textOf(path: string): string | null {
  try {
    return readText(path);
  } catch {
    return null;
  }
}

async function isStale(path: string): Promise<boolean> {
  const text = textOf(path);
  const stats = await stat(path).catch(() => null);
  if (text === null || stats === null) return false; // just released
  const { data: holder } = owner.safeParse(tryJson(text)); // one that is half-written, or not ours, goes by its age
  if (holder && isFormerTurn(holder, await thisOwner())) return true;
  if (holder?.host === thisMachine()) return !(await isAlive(holder));
  return Date.now() - stats.mtimeMs > STALE_MS;
}

const isFormerTurn = (holder: Owner, own: Owner): boolean =>
  own.slurm_job !== undefined && holder.slurm_job === own.slurm_job && (holder.slurm_restart ?? 0) < (own.slurm_restart ?? 0);

/** Removes a stale lock. A guard folder keeps two processes from doing so at once: the second would remove the first one's new lock. */
async function takeAway(path: string, renewMs: number): Promise<void> {
  const guard = `${path}.guard`;
  try {
    await mkdir(guard);
  } catch {
    const age = await stat(guard)
      .then((s) => Date.now() - s.mtimeMs)
      .catch(() => 0);
    if (age > STALE_MS) await rmdir(guard).catch(() => undefined); // left by a process that died between these lines
    await sleep(POLL_MS);
    return;
  }
  let mayLive = false;
  try {
    if (await isStale(path)) {
      const { data: holder } = owner.safeParse(tryJson(textOf(path) ?? ''));
      mayLive = holder !== undefined && isFormerTurn(holder, await thisOwner());
      await rm(path, { force: true });
    }
  } finally {
    await rmdir(guard).catch(() => undefined); // one that stays is taken away when it is old
  }
  // Unseen by its queue: until it has looked at its lock again, and given up.
  if (mayLive) await sleep(1.2 * renewMs);
}
