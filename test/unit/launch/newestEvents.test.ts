import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkpointsOf, lastEvent, lastTime } from '../../../src/launch/newestEvents.js';
import { tailOf } from '../../../src/launch/tail.js';
import { RunWriter } from '../../../src/protocol/runWriter.js';

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'grpo-lab-state-'))));
afterEach(() => rm(directory, { recursive: true }));

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

test('the newest event tells when it was written, whatever it is', async () => {
  expect(lastTime(directory)).toBeNull();
  const writer = RunWriter.open(directory);
  writer.append({ type: 'log', level: 'info', message: '{"time":"1999-01-01T00:00:00Z"}' }, new Date('2026-01-01T00:00:07Z'));
  writer.append({ type: 'trace', step: 8, group: 0, solution: 0, ends: { f32: 'A'.repeat(300_000) } }, new Date('2026-01-01T00:00:09Z'));
  writer.close();
  await writeFile(join(directory, 'events', '000009.ndjson'), '{"v":1,"seq":99,"time":"2027-01-01T00:00:00Z","type":"status"');
  expect(lastTime(directory)).toBe(Date.parse('2026-01-01T00:00:09Z'));
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
  expect((await tailOf(file, 3))[0]).toBe(`${'x'.repeat(499)}…`);
  expect(await tailOf(file, 9, 4 + 100_000)).toEqual(['a', 'b']);
});
