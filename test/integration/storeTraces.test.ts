/** The database holds where a trace stands, not what it holds: its numbers are read from the run directory. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeU8 } from '../../src/protocol/arrays.js';
import type { EventBody } from '../../src/protocol/events.js';
import { eventsFolder } from '../../src/protocol/segments.js';
import { Store } from '../../src/store/store.js';
import { aGroup, aRun, type WrittenRun } from '../builders/aRun.js';

let root: string;
let store: Store;
let run: WrittenRun;

/** Two tokens with a number of their own for each trace. */
const aTrace = (solution: number, logp: number, group = 0): EventBody => ({
  type: 'trace',
  step: 1,
  group,
  solution,
  lengths: encodeU8([1, 2]),
  logp_old: [logp, logp],
  dlogp: [0.5, 0],
});

beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-traces-')), '.grpo-lab');
  mkdirSync(join(root, 'runs'), { recursive: true });
  run = aRun('traced')
    .with(aGroup(1, 0), aTrace(0, -1), aTrace(1, -2), aGroup(1, 1), aTrace(2, -3, 1))
    .write(join(root, 'runs'));
  store = await Store.open({ root });
  store.catchUp();
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const segment = (): string => join(eventsFolder(run.directory), '000001.ndjson');
const logpOf = (group: number, solution: number): number[] => Array.from(store.queries.trace('traced', 1, group, solution)!.logpOld!);

test('numbers come from the segment, and what follows from them is derived', () => {
  expect(store.queries.trace('traced', 1, 0, 1)).toEqual({
    ends: Uint32Array.of(1, 3),
    logpOld: Float64Array.of(-2, -2),
    logp: Float64Array.of(-1.5, -2),
    ratio: Float64Array.of(Math.exp(0.5), 1),
  });
  expect(logpOf(1, 2)).toEqual([-3, -3]);
  expect(store.queries.trace('traced', 1, 0, 2)).toBeNull();
});

test('of two traces of a solution the later one is read', () => {
  run.append(aTrace(0, -7));
  store.catchUp();
  expect(logpOf(0, 0)).toEqual([-7, -7]);
});

test('a segment that was written anew with other line lengths is searched by number', () => {
  const lines = readFileSync(segment(), 'utf8').split('\n');
  writeFileSync(segment(), lines.map((line) => line.replace('{"v":1,', '{ "v": 1,  ')).join('\n'));
  expect([logpOf(0, 0), logpOf(0, 1), logpOf(1, 2)]).toEqual([
    [-1, -1],
    [-2, -2],
    [-3, -3],
  ]);
});

test('a segment that is cut, or gone, is named; what else is known of the solution stays', () => {
  const bytes = readFileSync(segment());
  writeFileSync(segment(), bytes.subarray(0, bytes.length - 40));
  expect(logpOf(0, 1)).toEqual([-2, -2]);
  expect(() => store.queries.trace('traced', 1, 1, 2)).toThrow(/numbers cannot be shown.*events\/000001\.ndjson/s);
  rmSync(segment());
  expect(() => store.queries.trace('traced', 1, 0, 1)).toThrow(/events\/000001\.ndjson.*ENOENT/s);
  expect(store.queries.solution('traced', 1, 0, 1)).toMatchObject({ hasTrace: true, reward: 1 });
});

test('an index that lies shows no other solution’s numbers', () => {
  const lines = readFileSync(segment(), 'utf8').split('\n');
  // The lines of the two traces change places: as long as each other, so that the offsets hold.
  const [a, b] = lines.flatMap((line, i) => (line.includes('"type":"trace"') ? [i] : []));
  expect(lines[a].length).toBe(lines[b].length);
  [lines[a], lines[b]] = [lines[b], lines[a]];
  writeFileSync(segment(), lines.join('\n'));
  expect([logpOf(0, 0), logpOf(0, 1)]).toEqual([
    [-1, -1],
    [-2, -2],
  ]);
});
