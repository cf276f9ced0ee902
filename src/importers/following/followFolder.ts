/** Keeps up with a folder that somebody else's trainer writes. */
import { watch, type FSWatcher } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBody } from '../../protocol/events.js';
import { ImportError, type Importer, type ImportNote, type ImportOptions, type ImportSession, type Source } from '../importer.js';
import { DerivedMetrics } from '../derived.js';
import { sourceNotes } from '../severalRuns.js';
import type { Ledger } from './ledger.js';

/** Who hears of what the files say. */
export interface FollowTarget {
  event(event: EventBody): void;
  note(note: ImportNote): void;
  /** A file that cannot be used as it stands; it is tried again at every look. Null: it can again. */
  trouble(error: ImportError | null): void;
  /** Everything that was there at this look has been told. */
  caughtUp(): void;
}

/** What is followed. Its source is watched to look sooner, and polled always, for network file systems do not tell. */
export interface Followed {
  importer: Importer;
  source: Source;
  options: ImportOptions;
}

export interface FollowOptions {
  ledger: Ledger;
  /** Ends the following after one last look. */
  signal: AbortSignal;
  pollMs?: number;
}

const POLL_MS = 400;
/** A look that takes long is not begun again at once: at most about a third of the time goes into looking. */
const REST = 2;
const LONGEST_REST_MS = 1200;
const LAST_LOOK_MS = 60_000;

/**
 * Follows until the signal; then looks once more, so that what a trainer wrote at its very end is there.
 * Whatever the target was told before (by a follower that has died) is known by `told`.
 */
export async function follow(
  { importer, source, options }: Followed,
  target: FollowTarget,
  { ledger, signal, pollMs }: FollowOptions,
): Promise<void> {
  const open = (): ImportSession => importer.open(source, options);
  const wake = new Wake(source.root);
  let session = open();
  let derived = new DerivedMetrics();
  ledger.beginReplay();
  let replaying = true;
  let trouble = '';
  const look = async (abort: AbortSignal): Promise<void> => {
    try {
      await tell(session, derived, ledger, target, abort);
      if (replaying) {
        replaying = false;
        const stale = ledger.staleFrom();
        if (stale !== null) {
          const event = ledger.news({ type: 'resume', from_step: stale - 1, checkpoint: null });
          if (event) target.event(event);
          await session.close();
          session = open();
          derived = new DerivedMetrics();
          await tell(session, derived, ledger, target, abort);
        }
      }
      if (trouble !== '') target.trouble(null);
      trouble = '';
      for (const note of await sourceNotes(importer, source)) target.note(note);
      target.caughtUp();
    } catch (error) {
      if (abort.aborted) return;
      if (!(error instanceof ImportError)) throw error;
      if (error.message !== trouble) target.trouble(error);
      trouble = error.message;
      target.caughtUp();
    }
  };
  try {
    while (!signal.aborted) {
      const begun = performance.now();
      await look(signal);
      const rest = Math.min(LONGEST_REST_MS, Math.max(pollMs ?? POLL_MS, REST * (performance.now() - begun)));
      await wake.after(rest, signal);
    }
    await look(AbortSignal.timeout(LAST_LOOK_MS));
  } finally {
    wake.close();
    await session.close();
  }
}

async function tell(
  session: ImportSession,
  derived: DerivedMetrics,
  ledger: Ledger,
  target: FollowTarget,
  signal: AbortSignal,
): Promise<void> {
  const pass = (body: EventBody): void => {
    const event = ledger.news(body);
    if (event) target.event(event);
  };
  try {
    for await (const item of session.read(signal)) {
      if (item.kind === 'note') target.note(item.note);
      else if (item.kind === 'event') {
        derived.see(item.event);
        pass(item.event);
      }
    }
  } finally {
    // A file that cannot be read keeps nobody from the means of what the others hold.
    if (!signal.aborted) for (const event of derived.take()) pass(event);
  }
}

/** Sleeps that end early when something happens at a path. */
class Wake {
  private watcher: FSWatcher | undefined;
  private controller = new AbortController();

  constructor(path: string) {
    try {
      this.watcher = watch(path, { persistent: false }, () => this.controller.abort());
      this.watcher.on('error', () => this.close());
    } catch {
      this.watcher = undefined; // not there yet, or a file system that cannot tell: polling is enough
    }
  }

  async after(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.controller = new AbortController();
    // A burst of changes is one look.
    const atLeast = Math.min(50, milliseconds);
    // Whatever ends a sleep early is no trouble: it ends the wait.
    await sleep(atLeast, undefined, { signal }).catch(() => undefined);
    const either = AbortSignal.any([signal, this.controller.signal]);
    if (!either.aborted) await sleep(milliseconds - atLeast, undefined, { signal: either }).catch(() => undefined);
  }

  close(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}
