import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listSegments } from '../../../src/protocol/segments.js';
import { RunWriter } from '../../../src/protocol/runWriter.js';

let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'grpo-lab-writer-'));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const say = (message: string) => ({ type: 'log', level: 'info', message }) as const;
const lines = (segment: string) =>
  readFileSync(join(run, 'events', segment), 'utf8')
    .split('\n')
    .filter((l) => l !== '');
const seqs = () =>
  listSegments(run)
    .flatMap(lines)
    .map((l) => (JSON.parse(l) as { seq: number }).seq);

test('numbers go on where the last process ended, in a segment of its own', () => {
  const first = RunWriter.open(run);
  first.append(say('one'));
  first.append(say('two'));
  first.close();
  const second = RunWriter.open(run);
  expect(second.append(say('three'))).toBe(3);
  second.close();
  expect(listSegments(run)).toEqual(['000001.ndjson', '000002.ndjson']);
  expect(seqs()).toEqual([1, 2, 3]);
});

test('a torn last line is never continued and its number may be used again', () => {
  const first = RunWriter.open(run);
  first.append(say('one'));
  first.close();
  appendFileSync(join(run, 'events', '000001.ndjson'), '{"v":1,"seq":2,"type":"lo');
  const second = RunWriter.open(run);
  expect(second.append(say('two'))).toBe(2);
  expect(lines('000002.ndjson')).toHaveLength(1);
});

test('a last line longer than the window that is read first still counts', () => {
  const writer = RunWriter.open(run);
  writer.append(say('short'));
  writer.append(say('x'.repeat(300_000)));
  writer.close();
  expect(RunWriter.open(run).append(say('next'))).toBe(3);
});

test('a segment that reached its size is followed by the next', () => {
  const writer = RunWriter.open(run, { segmentBytes: 500 });
  for (let i = 0; i < 20; i++) writer.append(say('x'.repeat(100)));
  expect(listSegments(run).length).toBeGreaterThan(3);
  expect(seqs()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test('a loss that is not a number is written as such', () => {
  const writer = RunWriter.open(run);
  writer.append({ type: 'metrics', step: 1, values: { loss: NaN, kl: -Infinity, 'reward/mean': 0 } });
  expect(JSON.parse(lines('000001.ndjson')[0])).toMatchObject({ values: { loss: 'NaN', kl: '-Infinity', 'reward/mean': 0 } });
});

test('two writers never share a file', () => {
  const a = RunWriter.open(run);
  const b = RunWriter.open(run);
  a.append(say('a'));
  b.append(say('b'));
  a.append(say('a again'));
  expect(listSegments(run)).toHaveLength(2);
  expect(lines('000001.ndjson')).toHaveLength(2);
});

test('a writer that hands over goes on behind what the other one has written, in a segment of its own', () => {
  const watcher = RunWriter.open(run);
  watcher.append(say('started'));
  watcher.handOver();
  const trainer = RunWriter.open(run);
  trainer.append(say('one'));
  trainer.append(say('two'));
  trainer.close();
  expect(watcher.append(say('ended'))).toBe(4);
  expect(listSegments(run).map((s) => lines(s).length)).toEqual([1, 2, 1]);
});

test('an unwritable directory is named, with what to do', () => {
  const writer = RunWriter.open(run);
  rmSync(join(run, 'events'), { recursive: true });
  writeFileSync(join(run, 'events'), 'a file where the folder should be');
  expect(() => writer.append(say('lost'))).toThrow(/Could not write an event/);
});
