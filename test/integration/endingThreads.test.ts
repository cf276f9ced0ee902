/** Node ends the process when a thread is ended within a call of `node:zlib`: ours are not. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ending-threads-'));
  program = join(folder, 'program.cjs');
  await build({ entryPoints: ['test/builders/endingThreads.ts'], outfile: program, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (way: string) => promisify(execFile)(process.execPath, [program, way]);

test('a thread that is ended while it decompresses, or compresses, ends nothing else; another goes on', async () => {
  expect((await run('terminate')).stdout).toBe('60 were ended\n');
});

test('a process ends as it should while its threads do', async () => {
  for (let i = 0; i < 25; i++) expect((await run('exit')).stderr).toBe('');
});
