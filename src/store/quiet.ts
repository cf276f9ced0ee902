/** Which runs have not been heard of for a while: neither an event nor a heartbeat. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readJob } from '../protocol/jobRecord.js';
import { layout } from '../protocol/layout.js';
import type { Bytes } from '../core/files/byteSource.js';
import { eventsFolder, listSegments, segmentStamp, withSegment } from '../protocol/segments.js';
import { QUIET_MS } from '../protocol/watch.js';
import type { Sqlite } from './sqlite.js';
import type { RunChange } from './views.js';

/** What is known of a run that says that it goes on. */
export interface Heard {
  id: string;
  state: string;
  /** Of its newest event, milliseconds since 1970; null when it has none. */
  last_time: number | null;
  /** ISO time. */
  created: string;
}

interface Unread {
  /** When the folder of segments changed last, milliseconds. */
  changed: number;
  name: string;
  stamp: string | undefined;
  /** How far it had been read. */
  offset: number;
  behind: boolean;
}

/** Views say since when in whole minutes: so often they need to be drawn again. */
const EVERY_MS = 60_000;

export class Quiet {
  private readonly live;
  private readonly offset;
  private readonly heartbeats = new Map<string, { stamp: string; time: number }>();
  /** Of runs that are quiet: their newest segment, and whether it had unread lines when it looked like this. */
  private readonly unread = new Map<string, Unread>();
  /** The word of each run that is quiet, as it was told last. */
  private reported = new Map<string, string>();

  constructor(
    db: Sqlite,
    private readonly directoryOf: (id: string) => string,
  ) {
    this.live = db.prepare<[], Heard & { step: number | null }>(
      `SELECT id, state, last_time, created, status_step AS step FROM runs
       WHERE gone = 0 AND state IN ('starting', 'running')`,
    );
    this.offset = db.prepare<[string, string], { offset: number }>(
      'SELECT s.offset FROM segments s JOIN runs r ON r.key = s.run WHERE r.id = ? AND s.name = ?',
    );
  }

  /** @returns when a run was heard of last, ISO, when that is long ago and it says that it goes on; else null, as long as it is being read too */
  since({ id, state, last_time, created }: Heard, now: number): string | null {
    if (state !== 'starting' && state !== 'running') return null;
    const event = last_time ?? Date.parse(created);
    if (now - event < QUIET_MS) return null; // nor is its heartbeat asked for
    const heard = Math.max(event, this.heartbeat(id));
    if (now - heard < QUIET_MS || !Number.isFinite(heard)) return null;
    // The events that are still to be read may say that it went on, or has ended.
    return this.isBehind(id) ? null : new Date(heard).toISOString();
  }

  /** Runs that became quiet, or are no more, or have been for another minute since this was asked last. No event says so. */
  take(now: number): RunChange[] {
    const words = new Map<string, string>();
    const steps = new Map<string, number>();
    for (const run of this.live.all()) {
      const since = this.since(run, now);
      if (since !== null) words.set(run.id, `${since} ${Math.floor((now - Date.parse(since)) / EVERY_MS)}`);
      steps.set(run.id, run.step ?? 0);
    }
    const changed = [...new Set([...words.keys(), ...this.reported.keys()])].filter((id) => words.get(id) !== this.reported.get(id));
    this.reported = words;
    for (const known of [this.heartbeats, this.unread]) for (const id of known.keys()) if (!steps.has(id)) known.delete(id);
    return changed.filter((id) => steps.has(id)).map((run) => ({ run, upTo: steps.get(run)!, identity: false }));
  }

  /** Whether the run's directory has a whole line of events that the database has not. Read again only when something has changed. */
  private isBehind(id: string): boolean {
    try {
      const folder = this.directoryOf(id);
      const changed = statSync(eventsFolder(folder)).mtimeMs; // a segment came or went
      const before = this.unread.get(id);
      const name = before?.changed === changed ? before.name : listSegments(folder).at(-1);
      if (name === undefined) return false;
      const stamp = segmentStamp(folder, name);
      const offset = this.offset.get(id, name)?.offset ?? 0;
      if (before?.changed === changed && before.stamp === stamp && before.offset === offset) return before.behind;
      const behind = withSegment(folder, name, (segment) => hasLine(segment, offset));
      this.unread.set(id, { changed, name, stamp, offset, behind });
      return behind;
    } catch {
      return false; // it cannot be looked at just now, and is as quiet as its last event
    }
  }

  /** Of whoever watches the run; 0 when nobody does. */
  private heartbeat(id: string): number {
    const directory = this.directoryOf(id);
    const stamp = stampOf(directory);
    if (stamp === undefined) return 0;
    const known = this.heartbeats.get(id);
    if (known?.stamp === stamp) return known.time;
    const time = timeIn(directory);
    this.heartbeats.set(id, { stamp, time });
    return time;
  }
}

/** Whether a line ends after a place of a segment: what a writer that is gone has left of one does not. */
function hasLine(segment: Bytes, from: number): boolean {
  const blockBytes = 64 * 1024;
  for (let at = from; at < segment.size; at += blockBytes) if (segment.read(at, blockBytes).includes(0x0a)) return true;
  return false;
}

/** Undefined where there is none, or where nothing can be looked at just now: one such run breaks no list. */
function stampOf(directory: string): string | undefined {
  try {
    const stat = statSync(join(directory, layout.process), { throwIfNoEntry: false });
    return stat && `${stat.mtimeMs} ${stat.ino}`;
  } catch {
    return undefined;
  }
}

function timeIn(directory: string): number {
  try {
    const time = Date.parse(readJob(directory)?.heartbeat ?? '');
    return Number.isNaN(time) ? 0 : time;
  } catch {
    return 0; // who asks for its health is told what is wrong with the file
  }
}
