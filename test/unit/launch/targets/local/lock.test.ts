import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../../../src/launch/targets/local/lock.js';
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
