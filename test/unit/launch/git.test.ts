import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitState } from '../../../src/launch/git.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'grpo-lab-git-'))));
afterEach(() => rm(folder, { recursive: true }));

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

test('a folder outside any repository has no state, nor has one without a commit', async () => {
  expect(await gitState(folder)).toBeNull();
  git('init', '-q');
  expect(await gitState(folder)).toBeNull();
});

test('commit and changes are recorded, a huge change in part', async () => {
  git('init', '-q');
  await writeFile(join(folder, 'a.txt'), 'one\n');
  git('add', '.');
  git('commit', '-qm', 'first');
  const commit = git('rev-parse', 'HEAD').trim();
  expect(await gitState(folder)).toEqual({ commit, dirty: false, diff: null });
  await writeFile(join(folder, 'a.txt'), 'two\n');
  expect(await gitState(folder)).toMatchObject({ commit, dirty: true, diff: expect.stringContaining('-one\n+two') as string });
  await writeFile(join(folder, 'a.txt'), 'line\n'.repeat(200_000));
  const { diff } = (await gitState(folder))!;
  expect(diff!.length).toBeLessThan(300_000);
  expect(diff).toMatch(/\+line\n\(\d+ more characters are left out\)\n$/);
});
