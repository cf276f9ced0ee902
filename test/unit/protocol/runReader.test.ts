import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBody } from '../../../src/protocol/events.js';
import { RunReader, type Chunk } from '../../../src/protocol/runReader.js';
import { aRun, type WrittenRun } from '../../builders/aRun.js';

let runs: string;
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'grpo-lab-reader-'));
});
afterEach(() => rmSync(runs, { recursive: true, force: true }));

const say = (message: string): EventBody => ({ type: 'log', level: 'info', message });
const line = (seq: number, message = 'raw', more: object = {}) =>
  `${JSON.stringify({ v: 1, seq, time: '2026-01-01T00:00:00Z', type: 'log', level: 'info', message, ...more })}\n`;

/** Everything there is to read now. */
function readAll(reader: RunReader, maxBytes = 1 << 20): Omit<Chunk, 'more' | 'moved' | 'replaced'> {
  const all: Omit<Chunk, 'more' | 'moved' | 'replaced'> = { events: [], problems: [], healed: [], unknown: 0, bytes: 0 };
  for (let more = true; more;) {
    const chunk = reader.next(maxBytes);
    all.events.push(...chunk.events);
    all.problems.push(...chunk.problems);
    all.healed.push(...chunk.healed);
    all.unknown += chunk.unknown;
    all.bytes += chunk.bytes;
    more = chunk.more;
  }
  return all;
}
const readerOf = (run: WrittenRun, limit?: number) => new RunReader(run.directory, undefined, limit);
const messages = (chunk: Pick<Chunk, 'events'>) => chunk.events.map((e) => (e.event.type === 'log' ? e.event.message : e.event.type));

test('a torn last line is waited for, to the byte, and read once it is whole', () => {
  const run = aRun().with(say('one')).write(runs);
  const bytes = Buffer.from(line(2, 'naïve 数学 🧮'));
  const reader = readerOf(run);
  const heard: string[] = [];
  for (const byte of bytes) {
    run.raw(Buffer.of(byte));
    const now = readAll(reader);
    heard.push(...messages(now));
    expect(now.problems).toEqual([]);
  }
  expect(heard).toEqual(['one', 'naïve 数学 🧮']);
});

test('a torn line of an older segment is reported once, and still counts when its writer turns out to be alive', () => {
  const run = aRun().with(say('one')).write(runs);
  const old = run.newestSegment;
  const text = line(9, 'late');
  run.raw(text.slice(0, 20));
  run.append(say('two'));
  const reader = readerOf(run);
  const first = readAll(reader);
  expect(messages(first)).toEqual(['one', 'two']);
  expect(first.problems).toMatchObject([{ file: 'events/000001.ndjson', line: 2, excerpt: text.slice(0, 20) }]);
  expect(readAll(reader).problems).toEqual([]);
  writeFileSync(old, text.slice(20), { flag: 'a' });
  const second = readAll(reader);
  expect(messages(second)).toEqual(['late']);
  expect(second.healed).toEqual([{ file: 'events/000001.ndjson', line: 2 }]);
});

test('repeated events count once, reordered ones all, unknown types are passed over', () => {
  const run = aRun().with(say('one')).write(runs);
  run.raw(line(4, 'four') + line(1, 'one again') + line(3, 'three') + line(4, 'four again'));
  run.raw(`${JSON.stringify({ v: 1, seq: 5, time: 'x', type: 'hologram', depth: 3 })}\n`);
  const all = readAll(readerOf(run));
  expect(messages(all)).toEqual(['one', 'four', 'three']);
  expect(all.unknown).toBe(1);
  expect(all.problems).toEqual([]);
});

test('what cannot be used is reported with file, line and reason; the rest is read', () => {
  const run = aRun().with(say('one')).write(runs);
  run.raw('{nonsense\n\n[1]\n' + line(2, 'bad', { level: 'loud' }) + line(3, 'newer', { v: 2 }) + line(-4) + line(5, 'good'));
  run.append({ type: 'trace', step: 1, group: 0, solution: 0, ends: [1, 2, 3], kl: [0.1] });
  const all = readAll(readerOf(run));
  expect(messages(all)).toEqual(['one', 'good', 'trace']); // without its kl
  expect(all.problems.map((p) => [p.line, p.reason])).toEqual([
    [2, expect.stringContaining('not JSON')],
    [4, 'not a JSON object'],
    [5, expect.stringMatching(/^level: /)],
    [6, expect.stringContaining('version 2')],
    [7, expect.stringMatching(/^seq: /)],
    [1, expect.stringContaining('kl: has 1 elements, ends has 3')],
  ]);
});

test('a line above the limit is reported and passed over in bounded memory', () => {
  const run = aRun().with(say('one')).write(runs);
  run.raw(line(2, 'x'.repeat(50_000)) + line(3, 'after'));
  const all = readAll(readerOf(run, 10_000), 4096);
  expect(messages(all)).toEqual(['one', 'after']);
  expect(all.problems).toMatchObject([{ line: 2, reason: 'longer than 10000 bytes' }]);
  expect(all.bytes).toBe(readFileSync(run.newestSegment).length);
});

test('a segment that was cut short or deleted is reported, and nothing counts twice', () => {
  const run = aRun().with(say('one'), say('two')).write(runs);
  const reader = readerOf(run);
  readAll(reader);
  truncateSync(run.newestSegment, 100);
  expect(readAll(reader)).toMatchObject({ events: [], problems: [{ line: 0, reason: expect.stringContaining('shrank') as string }] });
  rmSync(run.newestSegment);
  expect(readAll(reader)).toMatchObject({ events: [], problems: [{ line: 0, reason: expect.stringContaining('gone') as string }] });
  run.append(say('three'));
  expect(messages(readAll(reader))).toEqual([]); // number 1 again: a repeated event
  run.append(say('four'), say('five'));
  expect(messages(readAll(reader))).toEqual(['five']);
});

test('a byte-order mark, Windows line ends and a missing last line break are no obstacle', () => {
  const run = aRun().with(say('one')).write(runs);
  writeFileSync(run.newestSegment, `\uFEFF${line(1, 'first').trimEnd()}\r\n${line(2, 'last').trimEnd()}`);
  const reader = readerOf(run);
  expect(messages(readAll(reader))).toEqual(['first', 'last']);
  run.raw('\n' + line(3, 'more'));
  expect(messages(readAll(reader))).toEqual(['more']);
});

test('a directory without events is simply empty', () => {
  expect(new RunReader(join(runs, 'nowhere')).next(1000)).toMatchObject({ events: [], moved: false, more: false });
});

test('however it is cut into chunks, the same events and problems come out', () => {
  const run = aRun().withSteps(2).write(runs);
  run.raw('{broken\n' + line(900, 'x'.repeat(5000)));
  run.append(say('next process'));
  const whole = readAll(readerOf(run));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (maxBytes) => {
      const parts = readAll(readerOf(run), maxBytes);
      expect(parts).toEqual(whole);
    }),
    { numRuns: 30 },
  );
});
