/** Reads the state of a run from its events, without a database. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import { isMissing } from '../core/files/fileErrors.js';
import { tryJson } from '../core/tryJson.js';
import { isInside } from '../protocol/checkpointPath.js';
import { checkpointEvent, type EventOf, processEvent, resumeEvent, statusEvent } from '../protocol/events.js';
import { linesFromEnd } from '../protocol/linesFromEnd.js';
import { NotAFile } from '../core/files/regularFile.js';
import { listSegments, maxLineBytes, openSegment, type Segment } from '../protocol/segments.js';

/** About this many bytes are read before other work of the process gets its turn. */
const BREATH_BYTES = 4 * 1024 * 1024;

/** The newest event of the given types, found from the end of the run's event files. */
export function lastEvent<T extends 'status' | 'process'>(directory: string, types: readonly T[]): EventOf<T> | null {
  for (const line of newestLines(directory)) {
    const event = statusOrProcess(line);
    if (event && (types as readonly string[]).includes(event.type)) return event as EventOf<T>;
  }
  return null;
}

/** When the newest event was written, by its own clock; null when there is none. */
export function lastTime(directory: string): number | null {
  for (const line of newestLines(directory)) {
    const time = timeOf(line.toString());
    if (time !== undefined) return time;
  }
  return null;
}

/**
 * Checkpoints that were announced and still exist, in the order in which they were written. Those after a step from which the run was
 * resumed were superseded, and are left out.
 */
export async function checkpointsOf(directory: string): Promise<{ step: number; path: string }[]> {
  const byPath = new Map<string, { step: number; path: string; gone: boolean }>();
  let upTo = Infinity;
  let bytes = 0;
  for (const line of newestLines(directory)) {
    if ((bytes += line.length) > BREATH_BYTES) {
      bytes = 0;
      await immediately(); // the extension host has others to serve
    }
    // Most lines are traces: only those that can be one of the two are parsed.
    if (line.includes('"resume"')) upTo = Math.min(upTo, resumeEvent.safeParse(tryJson(line.toString())).data?.from_step ?? Infinity);
    if (!line.includes('"checkpoint"')) continue;
    const event = checkpointEvent.safeParse(tryJson(line.toString())).data;
    if (event && event.step <= upTo && isInside(event.path) && !byPath.has(event.path))
      byPath.set(event.path, { step: event.step, path: event.path, gone: event.removed ?? false });
  }
  const announced = [...byPath.values()].reverse().filter((c) => !c.gone);
  const existing = await Promise.all(
    announced.map(async ({ step, path }) => ((await exists(join(directory, path))) ? [{ step, path }] : [])),
  );
  return existing.flat();
}

/** All lines of a run's events, the newest first. */
function* newestLines(directory: string): Generator<Buffer> {
  for (const name of listSegments(directory).reverse()) {
    let segment: Segment & { close(): void };
    try {
      segment = openSegment(directory, name);
    } catch (error) {
      if (error instanceof NotAFile || isMissing(error)) continue; // the store's reader reports it
      throw error;
    }
    try {
      yield* linesFromEnd(segment, maxLineBytes);
    } finally {
      segment.close();
    }
  }
}

function statusOrProcess(line: Buffer): EventOf<'status' | 'process'> | undefined {
  if (!line.includes('"status"') && !line.includes('"process"')) return undefined;
  const json = tryJson(line.toString()); // what is no JSON the store's reader reports
  return statusEvent.safeParse(json).data ?? processEvent.safeParse(json).data;
}

function timeOf(line: string): number | undefined {
  const event = tryJson(line);
  if (typeof event !== 'object' || event === null || !('time' in event) || typeof event.time !== 'string') return undefined;
  const time = Date.parse(event.time);
  return Number.isNaN(time) ? undefined : time;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
