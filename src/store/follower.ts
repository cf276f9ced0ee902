import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/messageOf.js';
import { layout } from '../protocol/layout.js';
import { Checkpointer } from './checkpointer.js';
import type { Outcome } from './ingest.js';
import { isDamage } from './sqlite.js';
import type { Failure, Store } from './store.js';

/** Folders are looked at this often; file watching only makes it sooner (network file systems do not tell). */
const pollMs = 1000;
/** Runs that look finished are looked at in turns, this many at each poll. */
const idlePerPoll = 32;
/** Longest piece of work before others hear of it, and commands are obeyed. */
const sliceMs = 40;
const [smallest, largest] = [32 * 1024, 4 * 1024 * 1024];
/** Watching costs the system something for each folder. */
const maxWatched = 256;

/**
 * Keeps the store up with its run directories, in slices short enough that what was read is seen while more is read. Live runs are looked at each time, others in turns.
 */
export class Follower {
  private queue = new Set<string>();
  private readonly watchers = new Map<string, FSWatcher>();
  private waiting: { run: string | undefined; done: () => void; failed: (error: unknown) => void }[] = [];
  private readonly failures = new Map<string, string>();
  private readonly checkpointer: Checkpointer;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private absence: string | null = null;
  private turn = 0;
  private bytes = 256 * 1024;
  private stopped = false;

  constructor(
    private readonly store: Store,
    private readonly runsDir: string,
    bundle: string,
    private readonly on: {
      /** A piece of work is done; whether there is more that was not read yet. */
      read: (more: boolean) => void;
      worked: () => void;
      polled: () => void;
      failed: (failure: Failure) => void;
      absent: (message: string) => void;
      damaged: () => void;
    },
  ) {
    this.checkpointer = new Checkpointer(store.placement.file, bundle, () => this.pumpSoon());
  }

  start(): void {
    this.poll();
  }

  /** Resolves when everything that is there now (of this run, which then comes first) has been read. */
  catchUp(run?: string): Promise<void> {
    return new Promise((done, failed) => {
      const found = this.store.ingest.scan();
      if (run === undefined) for (const id of found) this.queue.add(id);
      else if (found.includes(run)) this.queue = new Set([run, ...this.queue]);
      this.waiting.push({ run, done, failed });
      this.pumpSoon();
    });
  }

  /** Resolves when the run is gone from every list; its rows are removed bit by bit. */
  async forget(run: string): Promise<void> {
    this.queue.delete(run);
    while (!this.stopped && this.store.ingest.forget(run) === 'busy')
      await new Promise((again) => setTimeout(again, 5 + Math.random() * 10));
    this.pumpSoon();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.checkpointer.stop();
    for (const watcher of this.watchers.values()) watcher.close();
    for (const { done } of this.waiting) done();
    this.waiting = [];
  }

  private poll(): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    if (this.store.isReplaced) {
      this.on.damaged();
      return;
    }
    this.guarded(() => {
      const found = this.store.ingest.scan();
      this.tellAbsence();
      const live = new Set(this.store.ingest.live());
      const idle = found.filter((id) => !live.has(id));
      const turns = Array.from({ length: Math.min(idlePerPoll, idle.length) }, () => idle[this.turn++ % idle.length]);
      // A run that was never read comes at once, however many there are.
      const fresh = idle.filter((id) => !this.store.ingest.knows(id));
      for (const id of new Set([...found.filter((f) => live.has(f)), ...turns, ...fresh])) if (this.mayHaveNews(id)) this.queue.add(id);
      this.watchFolders(found);
      this.on.polled();
    });
    this.pumpSoon();
    this.timer = setTimeout(() => this.poll(), pollMs);
  }

  /** A run that cannot even be looked at is tried, which tells why; the others go on. */
  private mayHaveNews(id: string): boolean {
    try {
      return this.store.ingest.hasNews(id);
    } catch {
      return true;
    }
  }

  private tellAbsence(): void {
    const { absence } = this.store;
    if (absence !== this.absence && absence !== null) this.on.absent(absence);
    this.absence = absence;
  }

  private pumpSoon(): void {
    if (!this.stopped) this.immediate ??= setImmediate(() => this.pump());
  }

  /** One slice of work, then back to the event loop, where commands are waiting. */
  private pump(): void {
    this.immediate = undefined;
    this.guarded(() => {
      if (this.checkpointer.busy) return; // it goes on when that is done
      const outcome = this.slice(performance.now() + sliceMs);
      this.on.worked();
      this.on.read(outcome !== 'idle');
      this.release(outcome === 'idle');
      if (outcome === 'more') this.pumpSoon();
      if (outcome === 'busy') setTimeout(() => this.pumpSoon(), 5 + Math.random() * 10);
    });
  }

  private slice(end: number): Outcome {
    while (this.queue.size > 0) {
      if (performance.now() > end) return 'more';
      if (!this.advance()) {
        this.store.ingest.removeGone();
        return 'busy';
      }
    }
    for (;;) {
      const outcome = this.store.ingest.removeGone();
      if (outcome !== 'more' || performance.now() > end) return outcome;
    }
  }

  private release(all: boolean): void {
    const ready = this.waiting.filter(({ run }) => all || (run !== undefined && !this.queue.has(run)));
    this.waiting = this.waiting.filter((w) => !ready.includes(w));
    for (const { done } of ready) done();
  }

  /** @returns false when another process is writing */
  private advance(): boolean {
    const id = this.queue.values().next().value!;
    this.queue.delete(id);
    const begun = performance.now();
    try {
      const outcome = this.store.ingest.advance(id, this.bytes);
      this.failures.delete(id);
      if (outcome === 'more') this.adapt(performance.now() - begun);
      if (outcome !== 'idle') this.queue = new Set([id, ...this.queue]);
      return outcome !== 'busy';
    } catch (error) {
      if (isDamage(error)) throw error;
      this.fail(id, messageOf(error));
      return true;
    }
  }

  /** Pieces as large as fit into half a slice. */
  private adapt(took: number): void {
    const factor = Math.min(2, Math.max(0.25, sliceMs / 2 / Math.max(took, 0.1)));
    this.bytes = Math.round(Math.min(largest, Math.max(smallest, this.bytes * factor)));
  }

  /** Told once, until it is another reason; the run is tried again at the next poll. */
  private fail(run: string, reason: string): void {
    if (this.failures.get(run) === reason) return;
    this.failures.set(run, reason);
    this.on.failed({ run, reason });
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      for (const { failed } of this.waiting) failed(error);
      this.waiting = [];
      if (isDamage(error)) this.on.damaged();
      else this.fail('', messageOf(error));
    }
  }

  private watchFolders(found: readonly string[]): void {
    const wanted = new Map([
      ['', this.runsDir],
      ...found.slice(-maxWatched).map((id): [string, string] => [id, join(this.runsDir, id, layout.events)]),
    ]);
    for (const [id, watcher] of this.watchers) {
      if (wanted.has(id)) continue;
      watcher.close();
      this.watchers.delete(id);
    }
    for (const [id, folder] of wanted) if (!this.watchers.has(id)) this.watchFolder(id, folder);
  }

  private watchFolder(id: string, folder: string): void {
    const drop = (watcher: FSWatcher): void => {
      watcher.close();
      this.watchers.delete(id);
    };
    try {
      const watcher = watch(folder, { persistent: false }, () => {
        if (id === '') this.poll();
        else this.queue.add(id);
        this.pumpSoon();
      });
      watcher.on('error', () => drop(watcher));
      this.watchers.set(id, watcher);
    } catch {
      return; // not there yet, or the system's watches are used up: the poll sees it
    }
  }
}
