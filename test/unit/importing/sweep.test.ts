import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweep } from '../../../src/importing/importOnce.js';
import { ownJob } from '../../../src/launch/targets/local/ownJob.js';
import { writeJob } from '../../../src/protocol/jobRecord.js';

let runs: string;
beforeEach(() => (runs = mkdtempSync(join(tmpdir(), 'grpo-lab-sweep-'))));
afterEach(() => rmSync(runs, { recursive: true }));

test('what killed imports have left is swept; one that has made its folder this moment is left alone, and so is a living one', async () => {
  const made = (name: string): string => {
    mkdirSync(join(runs, name));
    return join(runs, name);
  };
  const living = await ownJob();
  made('.import-just-made');
  writeJob(made('.import-living'), living);
  writeJob(made('.import-about-to-become-a-run'), { ...living, ended: { at: '', exit_code: 0, signal: null } });
  writeJob(made('.import-killed'), { ...living, watcher: { pid: process.pid, started: 'another boot/1' } });
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(made('.import-nobodys'), hourAgo, hourAgo);
  made('a-run');
  await sweep(runs);
  expect(readdirSync(runs).sort()).toEqual(['.import-about-to-become-a-run', '.import-just-made', '.import-living', 'a-run']);
});
