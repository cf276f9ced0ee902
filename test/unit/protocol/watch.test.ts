import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listFindings, lostOf, readFindings, recordLost } from '../../../src/protocol/watch.js';

const run = mkdtempSync(join(tmpdir(), 'grpo-lab-watch-'));
afterAll(() => rmSync(run, { recursive: true, force: true }));

test.skipIf(process.platform === 'win32')(
  'a named pipe in the place of findings holds nobody up, and the next finding takes its place',
  () => {
    const loss = { time: '2026-01-01T01:00:00Z', target: 'local', job: 'x', seq: 7, tail: [] };
    recordLost(run, 'gpu-node-17', loss);
    expect(lostOf(run)).toEqual([loss]);
    const [file] = listFindings(run);
    rmSync(join(run, file));
    execFileSync('mkfifo', [join(run, file)]);
    expect(lostOf(run)).toEqual([]);
    expect(readFindings(run, file).problems).toMatchObject([
      { line: 0, reason: expect.stringContaining('a named pipe instead of a file') as string },
    ]);
    recordLost(run, 'gpu-node-17', loss);
    expect(lostOf(run)).toEqual([loss]);
  },
);
