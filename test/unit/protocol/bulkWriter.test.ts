import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BulkWriter } from '../../../src/protocol/bulk/bulkWriter.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { layout } from '../../../src/protocol/layout.js';
import { listSegments } from '../../../src/protocol/segments.js';
import { RunWriter, WriteError } from '../../../src/protocol/runWriter.js';

let runDir: string;
beforeEach(() => (runDir = mkdtempSync(join(tmpdir(), 'grpo-lab-bulk-'))));
afterEach(() => rmSync(runDir, { recursive: true, force: true }));

const time = new Date(0);
const log = (message: string): EventBody => ({ type: 'log', level: 'info', message });
const group = (text: string): EventBody => ({
  type: 'group',
  step: 1,
  group: 0,
  question_id: 'q',
  question: 'why?',
  gold: null,
  solutions: ['', text, 'short'].map((one) => ({
    text: one,
    rewards: { right: NaN },
    reward: 1,
    advantage: null,
    correct: null,
    grade: null,
    finish: 'stop' as const,
    tokens: 3,
    kl: null,
  })),
});
const contents = (directory: string): string[] =>
  listSegments(directory).map((name) => readFileSync(join(directory, layout.events, name), 'utf8'));

async function write(events: readonly EventBody[], segmentBytes?: number): Promise<void> {
  const writer = new BulkWriter(runDir, {
    thread: resolve('dist/bulkThread.cjs'),
    time,
    ...(segmentBytes !== undefined && { segmentBytes }),
  });
  try {
    for (const event of events) await writer.append(event);
    await writer.finish();
  } finally {
    await writer.close();
  }
}

test('what it writes is what the run writer writes: many lines, lines longer than a block, numbers that JSON does not know', async () => {
  const events = [
    ...Array.from({ length: 5000 }, (_, i) => log(`${i} ${'ä€😀x'.repeat(i % 90)}`)),
    log('long '.repeat(700_000)),
    group('what the model wrote: "x\\y"\n'.repeat(100_000)),
    group('half \ud83d'),
    { type: 'metrics', step: 1, values: { kl: NaN } } satisfies EventBody,
  ];
  await write(events);
  const other = mkdtempSync(join(tmpdir(), 'grpo-lab-bulk-'));
  const writer = RunWriter.open(other);
  for (const event of events) writer.append(event, time);
  writer.close();
  expect(contents(runDir).join('') === contents(other).join('')).toBe(true);
  rmSync(other, { recursive: true });
});

test('a segment holds whole lines and is closed when it has reached its size', async () => {
  await write(
    Array.from({ length: 300 }, (_, i) => log(`${i} ${'é'.repeat(i)}`)),
    4096,
  );
  const segments = contents(runDir);
  expect(segments.length).toBeGreaterThan(10);
  for (const [i, text] of segments.entries()) {
    expect(text.endsWith('\n')).toBe(true);
    const lines = text.trimEnd().split('\n');
    expect(Buffer.byteLength(`${lines.slice(0, -1).join('\n')}\n`)).toBeLessThan(4096);
    if (i < segments.length - 1) expect(Buffer.byteLength(text)).toBeGreaterThanOrEqual(4096);
  }
  const lines = segments.join('').trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(lines.map((_, i) => i + 1));
});

test('what cannot be written is told at the latest when it is finished', async () => {
  mkdirSync(join(runDir, layout.events));
  writeFileSync(join(runDir, layout.events, '000001.ndjson'), '');
  await expect(write([log('a')])).rejects.toThrow(WriteError);
  await expect(write(Array.from({ length: 100 }, () => log('long '.repeat(200_000))))).rejects.toThrow(WriteError);
  expect(statSync(join(runDir, layout.events, '000001.ndjson')).size).toBe(0);
});

test('a thread that ends by itself is told, not waited for', async () => {
  const thread = join(runDir, 'thread.cjs');
  writeFileSync(thread, 'process.exit(0);');
  const writer = new BulkWriter(runDir, { thread });
  const appendAll = async (): Promise<void> => {
    for (let i = 0; i < 60; i++) await writer.append(log('long '.repeat(200_000)));
  };
  await expect(appendAll()).rejects.toThrow('The thread that writes events ended before its work was done.');
  await expect(writer.finish()).rejects.toThrow('ended before its work was done');
  await writer.close();
});
