/** `grpo-lab compact`, as a person types it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aRun, aStatus, type WrittenRun } from '../builders/aRun.js';

const run = promisify(execFile);
let folder: string;
let written: WrittenRun;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-compact-cli-'));
  written = aRun('sums-1')
    .withSteps(10)
    .write(join(folder, '.grpo-lab', 'runs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cli = async (...args: string[]): Promise<string> =>
  (
    await run(process.execPath, [resolve('dist/cli.cjs'), ...args], {
      cwd: folder,
      env: { ...process.env, GRPO_LAB_DATA: join(folder, 'data') },
    })
  ).stdout;
const segments = (): string[] => readdirSync(join(written.directory, 'events'));

test('one that is quiet is left as it is until a person says that it has ended', async () => {
  const before = segments();
  await expect(cli('compact', 'sums-1')).rejects.toMatchObject({ stderr: expect.stringContaining('say so with --sure') as string });
  expect(segments()).toEqual(before);
  // What it is writing, if it does, stays as it is.
  expect(await cli('compact', 'sums-1', '--sure')).toContain('sums-1 has nothing to compress');
});

test('a run that has ended is compressed, says from what to what, and is shown as before', async () => {
  written.append(aStatus(10, 'finished'));
  const shown = () => cli('show', 'sums-1', '--step', '3', '--group', '1', '--solution', '2', '--json');
  const before = await shown();
  expect(await cli('compact', 'sums')).toMatch(/^sums-1 has 1 segment compressed, from [\d.]+ KiB to [\d.]+ KiB \([\d.]+ ?%\)\n$/);
  expect(segments()).toEqual(['000001.ndjson.zst', '000002.ndjson']);
  expect(await shown()).toBe(before);
  await cli('rebuild');
  expect(await shown()).toBe(before);
  expect(await cli('compact', 'sums-1')).toContain('has nothing to compress');
  expect(JSON.parse(await cli('compact', 'sums-1', '--json'))).toEqual([{ id: 'sums-1', segments: 0, before: 0, after: 0 }]);
});
