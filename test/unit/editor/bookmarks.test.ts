import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bookmarks } from '../../../src/editor/bookmarks.js';
import type { Labs } from '../../../src/editor/labs.js';
import { fake } from '../../builders/fakeVscode.js';

let folder: string;
let directory: string;
beforeEach(() => {
  fake.reset();
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-bookmarks-'));
  directory = join(folder, '.grpo-lab');
  mkdirSync(directory);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As another window has them: of its own, on the same file. */
const aWindow = (): Bookmarks =>
  new Bookmarks({ directories: () => [directory], directoryOf: () => Promise.resolve(directory) } as unknown as Labs);

test('two windows that mark at the same time lose nothing of each other', async () => {
  const windows = [aWindow(), aWindow(), aWindow()];
  const steps = Array.from({ length: 12 }, (_, i) => i);
  await Promise.all(steps.map((step) => windows[step % windows.length].toggle({ run: 'r', step })));
  const marked = await aWindow().all();
  expect(marked.map((b) => b.address.step).sort((a, b) => a! - b!)).toEqual(steps);
  expect(readdirSync(directory)).toEqual(['bookmarks.json']);
});

test('marking twice takes the mark away', async () => {
  const bookmarks = aWindow();
  const answers = await Promise.all([bookmarks.toggle({ run: 'r', step: 1 }), bookmarks.toggle({ run: 'r', step: 1 })]);
  expect(answers.sort()).toEqual([false, true]);
  expect(await bookmarks.all()).toEqual([]);
});

test.skipIf(process.platform === 'win32')('a named pipe in the place of the file is said, not waited for', async () => {
  execFileSync('mkfifo', [join(directory, 'bookmarks.json')]);
  await expect(aWindow().all()).rejects.toThrow(/bookmarks\.json is a named pipe instead of a file/);
});

test('in a workspace that is not trusted nothing is written', async () => {
  fake.trusted = false;
  await expect(aWindow().toggle({ run: 'r' })).rejects.toThrow('This workspace is not trusted, so no bookmark is written into it.');
  expect(existsSync(join(directory, 'bookmarks.json'))).toBe(false);
});
