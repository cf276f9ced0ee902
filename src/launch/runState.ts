/** What the files of a run directory say of its state, without a database. */
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { tryJson } from '../core/tryJson.js';
import { checkpointEvent, type EventOf, processEvent, statusEvent } from '../protocol/events.js';
import type { ProcessState, RunIdentity } from '../protocol/runFiles.js';
import { eventsFolder, listSegments, readAt, withFile } from '../protocol/segments.js';
import { isAlive, thisHost } from './processes.js';

/**
 * alive: its trainer or its watcher runs (on another host: its heartbeat is fresh).
 * ended: its end is recorded. dead: it is gone without a recorded end. silent: on another host, without a fresh heartbeat.
 */
export type Health = 'alive' | 'ended' | 'dead' | 'silent';

/** A heartbeat is due every 2 seconds; clocks of two hosts and shared file systems may well be half a minute apart. */
const FRESH_MS = 60_000;
/** A run directory exists for a moment before its watcher has written who it is. */
const STARTING_MS = 30_000;

export async function healthOf(
  identity: Pick<RunIdentity, 'host' | 'created'>,
  state: ProcessState | undefined,
  now = Date.now(),
): Promise<Health> {
  if (state?.ended) return 'ended';
  if ((state?.host ?? identity.host) !== thisHost()) {
    return now - Date.parse(state?.heartbeat ?? identity.created) < FRESH_MS ? 'alive' : 'silent';
  }
  if (!state) return now - Date.parse(identity.created) < STARTING_MS ? 'alive' : 'dead';
  const living = await Promise.all([state.watcher, state.trainer].map(async (p) => p !== null && (await isAlive(p))));
  return living.includes(true) ? 'alive' : 'dead';
}

/** The newest event of the given types, found from the end of the run's event files. */
export function lastEvent<T extends 'status' | 'process'>(directory: string, types: readonly T[]): EventOf<T> | null {
  for (const segment of segments(directory).reverse()) {
    const found = lastLine(segment, (line) => {
      const event = statusOrProcess(line);
      return event && (types as readonly string[]).includes(event.type) ? (event as EventOf<T>) : undefined;
    });
    if (found) return found;
  }
  return null;
}

/** Checkpoints that were announced and still exist, in the order they were written. */
export async function checkpointsOf(directory: string): Promise<{ step: number; path: string }[]> {
  const byPath = new Map<string, { step: number; path: string }>();
  for (const segment of segments(directory)) {
    let rest = Buffer.alloc(0);
    for await (const chunk of createReadStream(segment) as AsyncIterable<Buffer>) {
      const data = Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
        const line = data.subarray(start, end);
        start = end + 1;
        // Most lines are traces: only those that can be a checkpoint are parsed.
        const event = line.includes('"checkpoint"') ? checkpointEvent.safeParse(tryJson(line.toString())).data : undefined;
        if (event?.removed) byPath.delete(event.path);
        else if (event && isInside(event.path)) byPath.set(event.path, { step: event.step, path: event.path });
      }
      rest = data.subarray(start);
    }
  }
  const existing = await Promise.all([...byPath.values()].map(async (c) => ((await exists(join(directory, c.path))) ? [c] : [])));
  return existing.flat();
}

/** Looks at lines from the end of a file backwards, in windows that grow until `pick` takes one. */
function lastLine<T>(file: string, pick: (line: string) => T | undefined): T | undefined {
  return withFile(file, (fd, size) => {
    for (let window = 64 * 1024; ; window *= 8) {
      const from = Math.max(size - window, 0);
      const lines = readAt(fd, from, size - from)
        .toString('utf8')
        .split('\n');
      // The last piece is torn or empty; the first may have begun before the window.
      for (let i = lines.length - 2; i >= (from > 0 ? 1 : 0); i--) {
        const found = pick(lines[i]);
        if (found !== undefined) return found;
      }
      if (from === 0) return undefined;
    }
  });
}

function statusOrProcess(line: string): EventOf<'status' | 'process'> | undefined {
  if (!line.includes('"status"') && !line.includes('"process"')) return undefined;
  const json = tryJson(line); // what is no JSON the store's reader reports
  return statusEvent.safeParse(json).data ?? processEvent.safeParse(json).data;
}

const segments = (directory: string): string[] => listSegments(directory).map((name) => join(eventsFolder(directory), name));

/** A checkpoint lies in its run directory: a path that leads out of it is not followed. */
const isInside = (path: string): boolean => !isAbsolute(path) && !path.split(/[\\/]/).includes('..');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
