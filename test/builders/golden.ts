import { join } from 'node:path';
import { expect } from 'vitest';
import type { Importer, ImportOptions } from '../../src/importers/importer.js';
import { arrayLength, decodeArray, encoded } from '../../src/protocol/arrays.js';
import { runEvent, traceArrays, type EventBody, type WireArray } from '../../src/protocol/events.js';
import { importFixtures, importOf } from './importing.js';

/**
 * Compares what an importer tells of a fixture with `golden/<name>.jsonl` beside the fixtures: events, notes, and the run, a line
 * each; per-token arrays in plain numbers. Every event must be one of the protocol.
 */
export async function expectGolden(name: string, importer: Importer, fixture: string, options: ImportOptions = {}): Promise<void> {
  const { events, notes, run } = await importOf(importer, join(importFixtures, fixture), options);
  for (const event of events) runEvent.parse({ v: 1, seq: 1, time: '2026-01-01T00:00:00Z', ...event });
  const lines = [...events.map(readable), ...notes.map((note) => ({ note })), { run: { ...run, config: Object.keys(run.config) } }];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await expect(text).toMatchFileSnapshot(join(importFixtures, 'golden', `${name}.jsonl`));
}

function readable(event: EventBody): unknown {
  if (event.type !== 'trace') return event;
  const plain = (array: WireArray): unknown =>
    encoded(array) && arrayLength(array) !== undefined ? Array.from(decodeArray(array), (x) => Number(x.toPrecision(6))) : array;
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => [
      key,
      key === 'ends' || key === 'lengths' || traceArrays.includes(key as never) ? plain(value as WireArray) : value,
    ]),
  );
}
