import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LockLost, withLock } from '../../../../../src/launch/targets/local/lock.js';
import { thisMachine } from '../../../../../src/launch/targets/local/machine.js';
import { thisProcess } from '../../../../../src/launch/targets/local/processes.js';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpo-lab-lock-'));
  lock = join(folder, '.lock');
});
afterEach(() => rm(folder, { recursive: true }));

test('only one is inside at a time, and everyone gets in', async () => {
  let inside = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    expect(++inside).toBe(1);
    await sleep(5);
    inside--;
    done++;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(lock, work)));
  expect(done).toBe(8);
  expect(await readdir(folder)).toEqual([]);
});

test('it is let go when the work fails', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

test('a lock whose owner is dead is taken over, by one at a time', async () => {
  await writeFile(lock, JSON.stringify({ host: thisMachine(), pid: process.pid, started: 'another boot/1' }));
  let inside = 0;
  const work = async (): Promise<void> => {
    expect(++inside).toBe(1);
    await sleep(5);
    inside--;
  };
  await Promise.all(Array.from({ length: 6 }, () => withLock(lock, work)));
});

test('a lock whose owner lives is waited for, and named when it does not let go', async () => {
  await writeFile(lock, JSON.stringify({ host: thisMachine(), ...(await thisProcess()) }));
  await expect(withLock(lock, () => 1, 100)).rejects.toThrow(/\.lock is held by another process/);
});

test('a fresh lock of another host is respected, an old one is not', async () => {
  await writeFile(lock, JSON.stringify({ host: 'elsewhere', pid: 1, started: '' }));
  await expect(withLock(lock, () => 1, 100)).rejects.toThrow(/held/);
  const long = new Date(Date.now() - 3_600_000);
  await utimes(lock, long, long);
  expect(await withLock(lock, () => 'in', 100)).toBe('in');
});

test('who holds it for long keeps it fresh, so that no other host takes it for left over', async () => {
  await withLock(
    lock,
    async () => {
      const long = new Date(Date.now() - 3_600_000);
      await utimes(lock, long, long);
      while (Date.now() - (await stat(lock)).mtimeMs > 60_000) await sleep(5);
    },
    0,
    10,
  );
  expect(existsSync(lock)).toBe(false);
});

test('the former turn of the same SLURM job has no claim, however fresh its lock is; a later turn, and another job, have', async () => {
  vi.stubEnv('SLURM_JOB_ID', '12').stubEnv('SLURM_RESTART_COUNT', '1');
  const heldBy = (slurm_job: string, slurm_restart?: number) =>
    writeFile(lock, JSON.stringify({ host: 'elsewhere', pid: 1, started: '', slurm_job, slurm_restart }));
  await heldBy('12', 2);
  await expect(withLock(lock, () => 1, 100, 10)).rejects.toThrow(/held/);
  await heldBy('11', 0);
  await expect(withLock(lock, () => 1, 100, 10)).rejects.toThrow(/held/);
  await heldBy('12', 0);
  await withLock(
    lock,
    async () => expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ slurm_job: '12', slurm_restart: 1 }),
    100,
    10,
  );
  vi.unstubAllEnvs();
});

test('who has lost it is told, and leaves it to who has it now', async () => {
  const others = JSON.stringify({ host: 'elsewhere', pid: 1, started: '' });
  await withLock(
    lock,
    async (lost) => {
      const told = new Promise((resolve) => lost.addEventListener('abort', resolve));
      await writeFile(lock, others);
      await told;
      expect(lost.reason).toBeInstanceOf(LockLost);
    },
    0,
    10,
  );
  expect(await readFile(lock, 'utf8')).toBe(others);
});
