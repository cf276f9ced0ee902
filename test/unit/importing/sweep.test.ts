import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweep } from '../../../src/importing/importOnce.js';
import { thisHost, thisProcess } from '../../../src/launch/targets/local/processes.js';
import { writeProcess } from '../../../src/protocol/identity.js';

let runs: string;
beforeEach(() => (runs = mkdtempSync(join(tmpdir(), 'grpo-lab-sweep-'))));
afterEach(() => rmSync(runs, { recursive: true }));

test('what killed imports have left is swept; one that has made its folder this moment is left alone, and so is a living one', async () => {
  const made = (name: string): string => {
    mkdirSync(join(runs, name));
    return join(runs, name);
  };
  const owned = (name: string, watcher: { pid: number; started: string }): void =>
    writeProcess(made(name), { v: 1, host: thisHost(), watcher, trainer: null, heartbeat: new Date().toISOString(), ended: null });
  made('.import-just-made');
  owned('.import-living', await thisProcess());
  owned('.import-killed', { pid: process.pid, started: 'another boot/1' });
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(made('.import-nobodys'), hourAgo, hourAgo);
  made('a-run');
  await sweep(runs);
  expect(readdirSync(runs).sort()).toEqual(['.import-just-made', '.import-living', 'a-run']);
});
