import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskUse } from '../../../src/protocol/diskUse.js';
import { diskText } from '../../../src/words/diskText.js';

let run: string;
beforeEach(() => (run = mkdtempSync(join(tmpdir(), 'grpo-lab-disk-'))));
afterEach(() => rmSync(run, { recursive: true, force: true }));

const file = (path: string, bytes: number): void => {
  mkdirSync(join(run, path, '..'), { recursive: true });
  writeFileSync(join(run, path), 'x'.repeat(bytes));
};

test('counts every file of a run, at any depth, and what its events and checkpoints take', async () => {
  file('run.json', 100);
  file('events/000001.ndjson', 2000);
  file('events/000002.ndjson', 500);
  file('checkpoints/10/weights.bin', 4000);
  symlinkSync(join(run, 'checkpoints'), join(run, 'latest'));
  const use = await diskUse(run);
  expect(use).toMatchObject({ events: 2500, checkpoints: 4000 });
  // The link itself is a few bytes; what it leads to is counted once.
  expect(use.total).toBeGreaterThanOrEqual(6600);
  expect(use.total).toBeLessThan(6600 + 500);
  expect(diskText({ ...use, total: 6600 })).toBe('6.6 kB: events 2.5 kB, checkpoints 4.0 kB');
});

test('a run without a folder takes nothing', async () => {
  expect(await diskUse(join(run, 'gone'))).toEqual({ total: 0, events: 0, checkpoints: 0 });
});
