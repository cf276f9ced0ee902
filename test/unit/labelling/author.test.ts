import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { authorIn } from '../../../src/labelling/author.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-author-'));
  // What git knows of the person who runs this test is not asked.
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(folder, 'none'));
  vi.stubEnv('GIT_CONFIG_SYSTEM', join(folder, 'none'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
const unset = { name: '', from: 'the setting' };

test('the name that was set comes first, then the one of the repository, then the account; which one it is is told', async () => {
  expect(await authorIn(folder, unset)).toEqual({ name: userInfo().username, from: 'the account' });
  execFileSync('git', ['init', '-q', folder]);
  execFileSync('git', ['-C', folder, 'config', 'user.name', 'Ada  Lovelace\t']);
  expect(await authorIn(folder, unset)).toEqual({ name: 'Ada Lovelace', from: "git's user.name" });
  expect(await authorIn(folder, { name: ' Bob ', from: 'the setting' })).toEqual({ name: 'Bob', from: 'the setting' });
});

test('a name is one line that can be seen, and not endless', async () => {
  const { name } = await authorIn(folder, { name: `\u202eevil\n${'x'.repeat(500)}`, from: 'the setting' });
  expect(name).toMatch(/^evil x+$/);
  expect(name).toHaveLength(200);
});
