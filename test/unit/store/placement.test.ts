import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mountOf, placeDatabase, realPath } from '../../../src/store/placement.js';

const mounts = [
  'overlay / overlay rw 0 0',
  'server:/home /home nfs4 rw,vers=4.2 0 0',
  '/dev/sdb1 /home/ann/fast\\040disk ext4 rw 0 0',
  'tmpfs /dev/shm tmpfs rw 0 0',
].join('\n');

test('the nearest mount above a path counts', () => {
  expect(mountOf('/srv/work', mounts)).toBe('overlay');
  expect(mountOf('/home/ann/project', mounts)).toBe('nfs4');
  expect(mountOf('/home/ann/fast disk/project', mounts)).toBe('ext4');
  expect(mountOf('/homes', mounts)).toBe('overlay');
});

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'grpo-lab-placement-'))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('the database lies with the data of the user, not in the folder; each folder has its own', () => {
  const data = join(folder, 'data');
  const file = placeDatabase(join(folder, 'here', '.grpo-lab'), data).file;
  expect(relative(data, file)).toMatch(/^databases.here-[0-9a-f]{16}.grpo-lab\.db$/);
  expect(placeDatabase(join(folder, 'here', '.grpo-lab'), data).file).toBe(file);
  expect(placeDatabase(join(folder, 'there', 'here', '.grpo-lab'), data).file).not.toBe(file);
});

test('GRPO_LAB_DATA names the folder for all programs of the user', () => {
  vi.stubEnv('GRPO_LAB_DATA', join(folder, 'mine'));
  expect(placeDatabase(join(folder, '.grpo-lab'))).toMatchObject({ reason: null });
  expect(relative(folder, placeDatabase(join(folder, '.grpo-lab')).file)).toMatch(/^mine.databases/);
});

test.runIf(process.platform === 'linux')('otherwise it is the data folder of the system, never one within the folder that is open', () => {
  vi.stubEnv('GRPO_LAB_DATA', '');
  vi.stubEnv('XDG_DATA_HOME', join(folder, 'share'));
  expect(relative(folder, placeDatabase(join(folder, '.grpo-lab')).file)).toMatch(/^share.grpo-lab.databases/);
  vi.stubEnv('XDG_DATA_HOME', 'share');
  expect(relative(process.cwd(), placeDatabase(join(folder, '.grpo-lab')).file)).toMatch(/^\.\./);
});

test('a link and what it leads to have one database, also while that is not there', () => {
  const [share, link, data] = ['share', 'link', 'data'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(join(share, '.grpo-lab'), { recursive: true });
  symlinkSync('share', link);
  const file = placeDatabase(join(share, '.grpo-lab'), data).file;
  expect(placeDatabase(join(link, '.grpo-lab'), data).file).toBe(file);
  rmSync(share, { recursive: true });
  expect(placeDatabase(join(link, '.grpo-lab'), data).file).toBe(file);
});

test('links that lead in a circle come to an end', () => {
  symlinkSync('b', join(folder, 'a'));
  symlinkSync('a', join(folder, 'b'));
  expect(basename(realPath(join(folder, 'a', 'x')))).toBe('x');
});
