import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readIdentity, readProcess, writeIdentity, writeProcess } from '../../../src/protocol/identity.js';
import { anIdentity } from '../../builders/aRun.js';

let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'grpo-lab-identity-'));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

test('run.json and process.json come back as they were, with nothing left beside them', () => {
  const identity = anIdentity('run-1');
  const state = { v: 1, host: 'here', watcher: { pid: 1, started: 'a' }, trainer: null, heartbeat: 'now', ended: null } as const;
  writeIdentity(run, identity);
  writeProcess(run, state);
  expect(readIdentity(run)).toEqual(identity);
  expect(readProcess(run)).toEqual(state);
  expect(readdirSync(run).sort()).toEqual(['process.json', 'run.json']);
});

test('a missing file is not an error', () => {
  expect(readIdentity(run)).toBeUndefined();
  expect(readProcess(join(run, 'nowhere'))).toBeUndefined();
});

test('a malformed run.json is named with the place in it', () => {
  writeFileSync(join(run, 'run.json'), '{"v": 1,');
  expect(() => readIdentity(run)).toThrow(/run\.json cannot be used/);
  writeFileSync(join(run, 'run.json'), JSON.stringify({ ...anIdentity('x'), number: 'one' }));
  expect(() => readIdentity(run)).toThrow(/number: /);
});
