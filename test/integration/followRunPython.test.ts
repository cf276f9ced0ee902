/** Which Python reads a followed import's pickles: the one that the person or this machine names, never the run's own folder. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followRun } from '../../src/importing/followRun.js';
import { writeIdentity } from '../../src/protocol/identity.js';
import { anIdentity } from '../builders/aRun.js';

let folder: string;
/** A program that leaves a mark, and is no Python. */
let program: string;
const marked = (): boolean => existsSync(join(folder, 'mark'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-follow-python-'));
  program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\ntouch ${join(folder, 'mark')}\nexit 1\n`, { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Follows a run whose run.json names the program, until `until` holds or it ends. */
async function followed(python: string | undefined, until: () => boolean): Promise<void> {
  const directory = join(folder, 'run-1');
  mkdirSync(directory);
  const source = resolve('test/fixtures/importers/slime');
  writeIdentity(directory, { ...anIdentity('run-1'), import: { format: 'slime', source, follow: true, notes: [], python: program } });
  const stop = new AbortController();
  const timer = setInterval(() => until() && stop.abort(), 50);
  await followRun(directory, python, stop)
    .catch(() => undefined)
    .finally(() => clearInterval(timer));
}

test('the program that run.json names is not started', async () => {
  await followed(undefined, () => existsSync(join(folder, 'run-1', 'events', '000001.ndjson')));
  expect(marked()).toBe(false);
});

test('the one that the person names is', async () => {
  await followed(program, marked);
  expect(marked()).toBe(true);
});
