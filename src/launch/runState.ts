/** What the files of a run directory say of its state, without a database. */
import { closeSync, fstatSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import { tryJson } from '../core/tryJson.js';
import { checkpointEvent, type EventOf, processEvent, resumeEvent, statusEvent } from '../protocol/events.js';
import type { ProcessState, RunIdentity } from '../protocol/runFiles.js';
import { linesFromEnd } from '../protocol/linesFromEnd.js';
import { NotAFile, openRegular } from '../protocol/regularFile.js';
import { eventsFolder, isMissing, listSegments, maxLineBytes } from '../protocol/segments.js';
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
/** About as much is read without letting others have their turn. */
const BREATH_BYTES = 4 * 1024 * 1024;

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
  for (const line of newestLines(directory)) {
    const event = statusOrProcess(line);
    if (event && (types as readonly string[]).includes(event.type)) return event as EventOf<T>;
  }
  return null;
}

/**
 * Checkpoints that were announced and still exist, in the order they were written; those beyond a step that the run went back
 * to and trained anew from are not the run's any more.
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
    let fd: number;
    try {
      fd = openRegular(join(eventsFolder(directory), name));
    } catch (error) {
      if (error instanceof NotAFile || isMissing(error)) continue; // the store's reader reports it
      throw error;
    }
    try {
      yield* linesFromEnd(fd, fstatSync(fd).size, maxLineBytes);
    } finally {
      closeSync(fd);
    }
  }
}

function statusOrProcess(line: Buffer): EventOf<'status' | 'process'> | undefined {
  if (!line.includes('"status"') && !line.includes('"process"')) return undefined;
  const json = tryJson(line.toString()); // what is no JSON the store's reader reports
  return statusEvent.safeParse(json).data ?? processEvent.safeParse(json).data;
}

/** A checkpoint lies in its run directory: a path that leads out of it is not followed. */
const isInside = (path: string): boolean => !isAbsolute(path) && !path.split(/[\\/]/).includes('..');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
