import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claim, removeUnused } from '../../../src/store/leftovers.js';
import { placeDatabase } from '../../../src/store/placement.js';

const day = 24 * 60 * 60 * 1000;
let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-leftovers-'));
  data = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database that was last opened so many days ago, of a folder that is there or not. */
function aDatabase(name: string, { days, there }: { days: number; there: boolean }): string {
  const root = join(folder, name, '.grpo-lab');
  mkdirSync(root, { recursive: true });
  const { file } = placeDatabase(root, data);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  claim(file, root);
  const then = new Date(Date.now() - days * day);
  utimesSync(join(dirname(file), 'folder.txt'), then, then);
  if (!there) rmSync(join(folder, name), { recursive: true });
  return file;
}

test('a database goes when its folder is gone and nobody has opened it for 90 days', () => {
  const current = aDatabase('current', { days: 0, there: true });
  const kept = [
    aDatabase('old but there', { days: 400, there: true }),
    aDatabase('gone but lately used', { days: 80, there: false }),
    aDatabase('the one being opened', { days: 0, there: false }),
  ];
  const unused = aDatabase('unused', { days: 100, there: false });
  removeUnused(current);
  expect([current, ...kept].map((file) => existsSync(file))).toEqual([true, true, true, true]);
  expect(existsSync(dirname(unused))).toBe(false);
});

test('a folder beside them that is no database of ours is left alone', () => {
  const current = aDatabase('current', { days: 0, there: true });
  mkdirSync(join(data, 'databases', 'somebody-elses'));
  removeUnused(current, Date.now() + 400 * day);
  expect(readdirSync(join(data, 'databases'))).toContain('somebody-elses');
});
