/** What capture writes, taken over into the run: the run has one writer, and capture is another process, maybe on another node. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/messageOf.js';
import type { Ledger } from '../../importers/following/ledger.js';
import type { EventBody, RunEvent } from '../../protocol/events.js';
import { readIdentity, writeIdentity } from '../../protocol/identity.js';
import { eventsFolder } from '../../protocol/segments.js';
import { type Chunk, RunReader } from '../../protocol/runReader.js';
import { captureFolder, type Handshake, readHandshake } from './capture.js';

const chunkBytes = 4 * 1024 * 1024;

/** What a trainer's own files tell that capture tells better. */
const captured = new Set<EventBody['type']>(['group', 'metrics', 'trace', 'resume']);

export class CapturedEvents {
  private readonly folder: string;
  private readonly reader: RunReader;
  private known: Handshake | undefined;
  private unreadable = false;

  /**
   * @param tell takes an event and when it happened
   * @param before the last step that capture has told in former lives of the run; 0 when there is none
   */
  constructor(
    private readonly runDirectory: string,
    private readonly tell: (event: EventBody, time: Date) => void,
    private readonly before = 0,
  ) {
    this.folder = captureFolder(runDirectory);
    this.reader = new RunReader(this.folder);
  }

  /** Whether capture has taken hold in this life of the run. */
  get hasTakenHold(): boolean {
    return this.handshake !== undefined;
  }

  /** Whether an event that is read off the trainer's own files is capture's to tell. */
  covers(event: EventBody): boolean {
    if (!captured.has(event.type)) return false;
    const step = 'step' in event ? event.step : undefined;
    // Files of a former life are there before this one's trainer is: told again, its groups would lose their traces.
    if ((step ?? 0) <= this.before && this.before > 0) return true;
    if (!this.hasTakenHold) return false;
    const ended = this.refreshed?.ended ?? null;
    return ended === null || (step !== undefined && step < ended.step);
  }

  /** Tells what has come since. */
  drain(): void {
    if (!existsSync(eventsFolder(this.folder))) return;
    for (let more = true; more;) {
      const chunk = this.next();
      if (!chunk) return;
      for (const { event } of chunk.events) {
        this.tell(bodyOf(event), new Date(event.time));
      }
      for (const { line, reason } of chunk.problems) this.warn(`line ${line} of its events cannot be used: ${reason}`);
      more = chunk.more;
    }
  }

  /** A file that cannot be read now is no end of the training: it is said once, and read later. */
  private next(): Chunk | undefined {
    try {
      return this.reader.next(chunkBytes);
    } catch (error) {
      if (!this.unreadable) this.warn(`its events cannot be read: ${messageOf(error)}`);
      this.unreadable = true;
      return undefined;
    }
  }

  private warn(what: string): void {
    this.tell({ type: 'log', level: 'warning', message: `Capture: ${what}` }, new Date());
  }

  /** Everything is told: what it was read from is no longer needed. */
  remove(): void {
    rmSync(eventsFolder(this.folder), { recursive: true, force: true, maxRetries: 5 });
  }

  private get handshake(): Handshake | undefined {
    if (this.known) return this.known;
    this.known = readHandshake(this.folder);
    if (this.known) this.adopt(this.known);
    return this.known;
  }

  private get refreshed(): Handshake | undefined {
    return readHandshake(this.folder) ?? this.known;
  }

  /** How solutions are sampled, and what trains on what, is known from the trainer only. */
  private adopt({ sampling, setup, versions }: Handshake): void {
    const identity = readIdentity(this.runDirectory);
    if (!identity) return;
    writeIdentity(this.runDirectory, { ...identity, sampling, ...(setup && { setup }), versions: { ...identity.versions, ...versions } });
  }
}

/** An event without its number and its date: it gets the number of the run that it becomes part of. */
function bodyOf(event: RunEvent): EventBody {
  const body: Partial<RunEvent> = { ...event };
  delete body.v;
  delete body.seq;
  delete body.time;
  return body as EventBody;
}

/**
 * The last step that capture has told of a run, which has its sampling from nobody else; 0 when it has told nothing.
 * @param ledger what the run's own events say has been told
 */
export const capturedBefore = (runDirectory: string, ledger: Ledger): number =>
  readIdentity(runDirectory)?.sampling === undefined ? 0 : ledger.lastStep;

/**
 * What an earlier life of the run has left untold, its taker having died.
 * @param ledger what the run's own events say has been told
 */
export function tellLeft(runDirectory: string, ledger: Ledger, tell: (event: EventBody, time: Date) => void): void {
  if (!existsSync(join(captureFolder(runDirectory), 'events'))) return;
  new CapturedEvents(runDirectory, (event, time) => {
    const news = ledger.news(event);
    if (news) tell(news, time);
  }).drain();
}
