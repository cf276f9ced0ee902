import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readIdentity, writeIdentity } from '../../../src/protocol/identity.js';
import { readJob, writeJob } from '../../../src/protocol/jobRecord.js';
import { anIdentity } from '../../builders/aRun.js';

let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'grpo-lab-identity-'));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

test('run.json and process.json come back as they were, with nothing left beside them', () => {
  const identity = anIdentity('run-1');
  const record = { v: 1, target: 'slurm', job: '4711', partition: 'gpu', heartbeat: 'now', ended: null } as const;
  writeIdentity(run, identity);
  writeJob(run, record);
  expect(readIdentity(run)).toEqual(identity);
  expect(readJob(run)).toEqual(record);
  expect(readdirSync(run).sort()).toEqual(['process.json', 'run.json']);
});

test('a missing file is not an error', () => {
  expect(readIdentity(run)).toBeUndefined();
  expect(readJob(join(run, 'nowhere'))).toBeUndefined();
});

test('a process.json of former versions names a process of some host: the trainer, or its watcher as long as there is none', () => {
  const former = { v: 1, host: 'here', watcher: { pid: 1, started: 'a' }, trainer: null, heartbeat: 'now', ended: null };
  const read = (change: object) => {
    writeFileSync(join(run, 'process.json'), JSON.stringify({ ...former, ...change }));
    return readJob(run);
  };
  expect(read({})).toEqual({ ...former, target: 'local', job: 'here/1/a' });
  expect(read({ trainer: { pid: 2, started: 'b' } })).toMatchObject({ target: 'local', job: 'here/2/b' });
  expect(() => read({ heartbeat: 7 })).toThrow(/process\.json cannot be used: heartbeat/);
});

test('a malformed run.json is named with the place in it', () => {
  writeFileSync(join(run, 'run.json'), '{"v": 1,');
  expect(() => readIdentity(run)).toThrow(/run\.json cannot be used/);
  writeFileSync(join(run, 'run.json'), JSON.stringify({ ...anIdentity('x'), number: 'one' }));
  expect(() => readIdentity(run)).toThrow(/number: /);
});
