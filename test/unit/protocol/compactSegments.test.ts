import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastEvent } from '../../../src/launch/newestEvents.js';
import { compactSegment, compressibleSegments } from '../../../src/protocol/compressed/compactSegments.js';
import { readSeekTable } from '../../../src/protocol/compressed/seekTable.js';
import { eventAt } from '../../../src/protocol/eventAt.js';
import { RunReader, type Chunk, type ReadEvent } from '../../../src/protocol/runReader.js';
import { RunWriter } from '../../../src/protocol/runWriter.js';
import { eventsFolder, lastSeqOf, listSegments } from '../../../src/protocol/segments.js';
import { aRun, aStatus, aStep, type WrittenRun } from '../../builders/aRun.js';

let folder: string;
let run: WrittenRun;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-compact-'));
  // A trainer's segment of some frames, and what its watcher wrote before and after.
  run = aRun().write(folder);
  run.append(aStatus(0));
  run.append(...Array.from({ length: 20 }, (_, i) => aStep(i + 1, 2, 8, 300)).flat());
  run.append(aStatus(20, 'finished'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(eventsFolder(run.directory), name);
const large = '000002.ndjson';

async function compact(): Promise<void> {
  for (const name of compressibleSegments(run.directory)) await compactSegment(run.directory, name);
}

function readAll(reader: RunReader, bytes = 200_000): Pick<Chunk, 'events' | 'problems' | 'healed'> & { replaced: boolean } {
  const all = { events: [] as ReadEvent[], problems: [] as Chunk['problems'], healed: [] as Chunk['healed'], replaced: false };
  for (let more = true; more;) {
    const chunk = reader.next(bytes);
    all.events.push(...chunk.events);
    all.problems.push(...chunk.problems);
    all.healed.push(...chunk.healed);
    all.replaced ||= chunk.replaced;
    ({ more } = chunk);
  }
  return all;
}
const reading = (): Pick<Chunk, 'events' | 'problems'> => {
  const { events, problems } = readAll(new RunReader(run.directory));
  return { events, problems };
};

test('a segment with a successor becomes one compressed file, smaller, and everything is read as before', async () => {
  const before = reading();
  const size = statSync(at(large)).size;
  expect(compressibleSegments(run.directory)).toEqual([large]);
  expect(await compactSegment(run.directory, large)).toEqual({ segment: large, before: size, after: statSync(at(`${large}.zst`)).size });
  expect(readdirSync(eventsFolder(run.directory))).toEqual(['000001.ndjson', `${large}.zst`, '000003.ndjson']);
  expect(statSync(at(`${large}.zst`)).size).toBeLessThan(size / 2);
  expect(reading()).toEqual(before);
  expect(listSegments(run.directory)).toHaveLength(3);
  expect(compressibleSegments(run.directory)).toEqual([]);
  expect(await compactSegment(run.directory, large)).toBeUndefined();
});

test('the newest segment, small ones and links to files elsewhere are left alone', async () => {
  renameSync(at(large), join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), at(large));
  expect(compressibleSegments(run.directory)).toEqual([]);
  await compact();
  expect(existsSync(join(folder, 'elsewhere'))).toBe(true);
  rmSync(at('000003.ndjson'));
  rmSync(at(large));
  renameSync(join(folder, 'elsewhere'), at(large));
  expect(compressibleSegments(run.directory)).toEqual([]);
});

test('a reader that was in the middle of a segment goes on at its offset', async () => {
  const whole = reading().events.map((e) => e.event.seq);
  const reader = new RunReader(run.directory);
  const first = reader.next(150_000);
  expect(first.more).toBe(true);
  await compact();
  const rest = readAll(reader);
  expect([...first.events, ...rest.events].map((e) => e.event.seq)).toEqual(whole);
  expect([rest.problems, rest.replaced]).toEqual([[], false]);
});

test('compression is news that changes nothing; the next process writes on', async () => {
  const reader = new RunReader(run.directory);
  readAll(reader);
  await compact();
  expect(reader.hasNews).toBe(true);
  expect(reader.next(1e6)).toMatchObject({ events: [], moved: false, more: false, replaced: false });
  expect(reader.hasNews).toBe(false);
  const last = lastSeqOf(run.directory);
  const writer = RunWriter.open(run.directory);
  expect(writer.append(aStatus(21))).toBe(last + 1);
  writer.close();
  expect(readAll(reader).events.map((e) => e.event.seq)).toEqual([last + 1]);
});

test('an event is found by the place that it had before', async () => {
  const { events } = reading();
  await compact();
  const traces = events.filter((e) => e.event.type === 'trace');
  for (const { event, offset, bytes } of [traces[0], traces[100], traces.at(-1)!])
    expect(eventAt(run.directory, { segment: large, offset, bytes }, event.seq, 'trace')).toEqual(event);
});

test('the last word of a run is found in compressed segments', async () => {
  rmSync(at('000003.ndjson'));
  run.append({ type: 'log', level: 'info', message: 'no status' });
  await compact();
  expect(lastEvent(run.directory, ['status'])).toMatchObject({ step: 20, state: 'running' });
});

test('of both files, left by a crash, one is read; compressing again leaves one', async () => {
  const before = reading();
  const plain = readFileSync(at(large));
  await compact();
  writeFileSync(at(large), plain);
  writeFileSync(at(`${large}.zst.tmp`), 'half');
  expect(reading()).toEqual(before);
  await compact();
  expect(readdirSync(eventsFolder(run.directory))).toEqual(['000001.ndjson', `${large}.zst`, '000003.ndjson']);
  expect(reading()).toEqual(before);
});

test('a file that is cut gives the events before the cut, and both the file and the torn line are named; whole again, the rest comes', async () => {
  const before = reading();
  await compact();
  const file = readFileSync(at(`${large}.zst`));
  for (const share of [0.999, 0.7, 0.3, 0.001]) {
    writeFileSync(at(`${large}.zst`), file.subarray(0, Math.floor(share * file.length)));
    const reader = new RunReader(run.directory);
    const cut = readAll(reader);
    const [start, end] = [cut.events.slice(0, -1), cut.events.slice(-1)];
    expect(start).toEqual(before.events.slice(0, start.length));
    expect(end).toEqual(before.events.slice(-1)); // of the segment after it
    expect(cut.problems[0]).toMatchObject({ file: `events/${large}.zst`, line: 0, reason: expect.stringContaining('no index') as string });
    writeFileSync(at(`${large}.zst`), file);
    const rest = readAll(reader);
    expect(start.length + end.length + rest.events.length).toBe(before.events.length);
    expect(rest.healed).toContainEqual({ file: `events/${large}.zst`, line: 0 });
  }
});

test('a damaged frame costs its own events, and its place is named', async () => {
  const before = reading();
  await compact();
  const file = readFileSync(at(`${large}.zst`));
  const frames = readSeekTable({ size: file.length, read: (position, length) => file.subarray(position, position + length) });
  if (typeof frames === 'string') throw new Error(frames);
  expect(frames.length).toBeGreaterThan(2);
  file[frames[1].at + (frames[1].bytes >> 1)] ^= 1;
  writeFileSync(at(`${large}.zst`), file);
  const { events, problems } = reading();
  const from = frames[0].content!;
  const to = from + frames[1].content!;
  const isHit = (e: ReadEvent): boolean => e.file.endsWith(large) && e.offset + e.bytes >= from && e.offset < to;
  // Lines further down have other numbers: how many were lost is not known.
  const places = (list: ReadEvent[]) => list.map(({ event, offset }) => [event.seq, offset]);
  expect(places(events)).toEqual(places(before.events.filter((e) => !isHit(e))));
  expect(problems.map((p) => p.reason)).toEqual([
    expect.stringMatching(/frame that begins at byte \d+ of the compressed file is damaged.*bytes of events are lost/),
  ]);
  expect(problems[0]).toMatchObject({
    file: `events/${large}`,
    line: before.events.filter((e) => e.file.endsWith(large) && e.offset + e.bytes < from).length + 1,
  });
});

test('an index that lies is named, and every event is read', async () => {
  const before = reading();
  await compact();
  const file = readFileSync(at(`${large}.zst`));
  file[file.length - 9 - 8] ^= 4; // of the last frame
  writeFileSync(at(`${large}.zst`), file);
  const { events, problems } = reading();
  expect(events).toEqual(before.events);
  expect(problems).toMatchObject([{ file: `events/${large}.zst`, line: 0, reason: expect.stringContaining('index') as string }]);
});
