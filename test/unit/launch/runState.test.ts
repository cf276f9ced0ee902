import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { thisProcess } from '../../../src/launch/processes.js';
import { checkpointsOf, healthOf, lastEvent } from '../../../src/launch/runState.js';
import { tailOf } from '../../../src/launch/tail.js';
import type { ProcessState } from '../../../src/protocol/runFiles.js';
import { RunWriter } from '../../../src/protocol/writer.js';

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'grpo-lab-state-'))));
afterEach(() => rm(directory, { recursive: true }));

const here = hostname();
const now = Date.parse('2026-01-01T00:10:00Z');
const gone = { pid: process.pid, started: 'another boot/1' };
const state = (change: Partial<ProcessState>): ProcessState => ({
  v: 1,
  host: here,
  watcher: gone,
  trainer: gone,
  heartbeat: '2026-01-01T00:09:58Z',
  ended: null,
  ...change,
});
const identity = (created = '2026-01-01T00:00:00Z', host = here): { host: string; created: string } => ({ host, created });

test('a run is alive while its trainer or its watcher is', async () => {
  const self = await thisProcess();
  expect(await healthOf(identity(), state({ watcher: self }), now)).toBe('alive');
  expect(await healthOf(identity(), state({ trainer: self }), now)).toBe('alive');
  expect(await healthOf(identity(), state({ watcher: self, trainer: null }), now)).toBe('alive');
  expect(await healthOf(identity(), state({}), now)).toBe('dead');
  expect(await healthOf(identity(), state({ trainer: self, ended: { at: '', exit_code: 0, signal: null } }), now)).toBe('ended');
});

test('a run that has only just been made is starting, an old one without a process is dead', async () => {
  expect(await healthOf(identity('2026-01-01T00:09:50Z'), undefined, now)).toBe('alive');
  expect(await healthOf(identity(), undefined, now)).toBe('dead');
});

test('on another host the heartbeat decides, also for a run that was resumed elsewhere', async () => {
  const self = await thisProcess();
  expect(await healthOf(identity(), state({ host: 'other' }), now)).toBe('alive');
  expect(await healthOf(identity(), state({ host: 'other', trainer: self, heartbeat: '2026-01-01T00:00:00Z' }), now)).toBe('silent');
  expect(await healthOf(identity(undefined, 'other'), state({ trainer: self }), now)).toBe('alive');
  expect(await healthOf(identity(undefined, 'other'), undefined, now)).toBe('silent');
});

test('the last status is found behind long traces and over segments; a torn last line does not count', async () => {
  const writer = RunWriter.open(directory, { segmentBytes: 400_000 });
  writer.append({ type: 'status', state: 'running', step: 7, total_steps: 9 });
  for (let i = 0; i < 8; i++) writer.append({ type: 'trace', step: 8, group: 0, solution: i, ends: { f32: 'A'.repeat(150_000) } });
  writer.append({ type: 'log', level: 'info', message: '"type":"status"' });
  writer.close();
  await writeFile(join(directory, 'events', '000009.ndjson'), '{"v":1,"seq":99,"time":"","type":"status","state":"finished","st');
  expect(lastEvent(directory, ['status'])).toMatchObject({ step: 7 });
  expect(lastEvent(directory, ['process'])).toBeNull();
});

test('what stands in place of an event file and is none is passed over', async () => {
  const writer = RunWriter.open(directory);
  writer.append({ type: 'status', state: 'running', step: 7, total_steps: 9 });
  writer.close();
  await mkdir(join(directory, 'events', '000002.ndjson'));
  expect(lastEvent(directory, ['status'])).toMatchObject({ step: 7 });
  expect(await checkpointsOf(directory)).toEqual([]);
  const next = RunWriter.open(directory);
  expect(next.append({ type: 'status', state: 'running', step: 8, total_steps: 9 })).toBe(2);
  next.close();
});

test('checkpoints beyond a step that the run went back to are not its own any more', async () => {
  const writer = RunWriter.open(directory);
  const reach = async (step: number): Promise<void> => {
    await mkdir(join(directory, 'checkpoints', String(step)), { recursive: true });
    writer.append({ type: 'checkpoint', step, path: `checkpoints/${step}`, bytes: 1 });
  };
  for (const step of [20, 40, 60, 80]) await reach(step);
  writer.append({ type: 'resume', from_step: 40, checkpoint: 'checkpoints/40' });
  await reach(50);
  writer.close();
  expect((await checkpointsOf(directory)).map((c) => c.step)).toEqual([20, 40, 50]);
});

test('checkpoints are those announced, not removed, there, and inside the run', async () => {
  const writer = RunWriter.open(directory);
  for (const step of [1, 2, 3]) {
    await mkdir(join(directory, 'checkpoints', String(step)), { recursive: true });
    writer.append({ type: 'checkpoint', step, path: `checkpoints/${step}`, bytes: 1 });
  }
  writer.append({ type: 'checkpoint', step: 1, path: 'checkpoints/1', bytes: 1, removed: true });
  writer.append({ type: 'checkpoint', step: 9, path: 'checkpoints/9', bytes: 1 });
  writer.append({ type: 'checkpoint', step: 10, path: '../..', bytes: 1 });
  writer.close();
  await rm(join(directory, 'checkpoints', '2'), { recursive: true });
  expect(await checkpointsOf(directory)).toEqual([{ step: 3, path: 'checkpoints/3' }]);
});

test('the tail of a log is its last lines, cut to a bearable length', async () => {
  const file = join(directory, 'stderr.log');
  expect(await tailOf(file, 3)).toEqual([]);
  await writeFile(file, `old\n${'x'.repeat(100_000)}\n\na\nb\r\n`);
  expect(await tailOf(file, 2)).toEqual(['a', 'b']);
  expect((await tailOf(file, 3))[0]).toBe(`${'x'.repeat(500)}…`);
  expect(await tailOf(file, 9, 4 + 100_000)).toEqual(['a', 'b']);
});
