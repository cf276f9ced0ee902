import { statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { EndableThread } from '../core/threads/endableThread.js';
import type { ThreadOptions } from './messages.js';
import { openDatabase } from './sqlite.js';

/** The write-ahead log is moved into the database when it has grown to this. */
const limitBytes = 32 * 1024 * 1024;

/**
 * Moves the write-ahead log into the database in a thread of its own: that waits for the disk, and whoever asks the
 * store a question meanwhile must not. Reading more events has to wait, so that the log cannot grow without bound.
 */
export class Checkpointer {
  private thread: EndableThread | undefined;
  private running = false;
  private limit = limitBytes;

  constructor(
    private readonly database: string,
    /** The worker's bundle, which runs `serveCheckpoints` when it is given a database to checkpoint. */
    private readonly bundle: string,
    private readonly done: () => void,
  ) {}

  /** Starts when the log is large. @returns whether it is under way; `done` is called after that */
  get busy(): boolean {
    if (this.running) return true;
    if (this.logBytes < this.limit) return false;
    this.thread ??= this.start();
    this.thread.postMessage('checkpoint');
    this.running = true;
    return true;
  }

  private get logBytes(): number {
    return statSync(`${this.database}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  stop(): void {
    void this.thread?.terminate();
  }

  private start(): EndableThread {
    const thread = EndableThread.start(this.bundle, {
      workerData: { thread: 'checkpoints', database: this.database } satisfies ThreadOptions,
      name: 'grpo-lab checkpoints',
    });
    const finish = (): void => {
      this.running = false;
      // Somebody was reading just then: the next attempt is made later, rather than again and again.
      this.limit = this.logBytes + limitBytes;
      this.done();
    };
    thread.on('message', finish);
    thread.on('error', finish); // the next attempt starts another
    thread.on('exit', () => (this.thread = undefined));
    return thread;
  }
}

/** What that thread does. A log that others are just reading is moved at the next opportunity. */
export async function serveCheckpoints(database: string): Promise<void> {
  const { db } = await openDatabase(database);
  parentPort?.on('message', () => {
    db.pragma('wal_checkpoint(TRUNCATE)');
    parentPort?.postMessage('done');
  });
}
