import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { EventBody } from '../events.js';
import { eventsFolder } from '../segments.js';
import { maxSegmentBytes, WriteError } from '../runWriter.js';
import { lineParts } from './lineParts.js';
import type { BulkOptions, BulkReply, BulkRequest } from './bulkMessages.js';
import { partBytes, putPart } from './parts.js';

const blockBytes = 1024 * 1024;
/** Blocks that the thread may have before `append` asks its caller to wait. */
const blocksAhead = 16;
const newBlock = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes));

export interface BulkWriterOptions {
  /** The thread's bundle, `dist/bulkThread.cjs`. */
  thread: string;
  segmentBytes?: number;
  time?: Date;
}

/**
 * Writes the events of a run that nobody reads yet, such as an import's: a thread of its own makes the lines and writes them, while the
 * next events are being made. The events are on disk only when `finish` has resolved. A run that is read as it grows is written by
 * RunWriter.
 */
export class BulkWriter {
  private readonly thread: Worker;
  private readonly exited: Promise<void>;
  private seq = 0;
  /** The time of every event. When each of them is copied would say nothing. */
  private readonly time: string;
  private block: Buffer = newBlock(blockBytes);
  private filled = 0;
  private readonly free: Buffer[] = [];
  /** Number of blocks that the thread is working on. */
  private away = 0;
  private room: PromiseWithResolvers<void> | undefined;
  private ended = false;
  private failure: Error | undefined;

  /** @param runDir a directory without events */
  constructor(runDir: string, { thread, segmentBytes = maxSegmentBytes, time = new Date() }: BulkWriterOptions) {
    const folder = eventsFolder(runDir);
    mkdirSync(folder, { recursive: true });
    this.time = time.toISOString();
    const options: BulkOptions = { folder, segmentBytes };
    this.thread = new Worker(thread, { workerData: options, name: 'grpo-lab import' });
    this.thread.on('message', (reply: BulkReply) => this.hear(reply));
    this.thread.on('error', (error: Error) => (this.failure ??= error));
    this.exited = new Promise((done) =>
      this.thread.once('exit', () => {
        // Said to whoever appends or finishes next: nobody may wait for a thread that is gone.
        if (!this.ended) this.failure ??= new Error('The thread that writes events ended before its work was done.');
        this.room?.resolve();
        done();
      }),
    );
  }

  /**
   * @returns a promise to await before the next call, when the thread lags behind
   * @throws WriteError when an earlier event could not be written
   */
  append(body: EventBody): Promise<void> | undefined {
    if (this.failure) throw this.failure;
    for (const [i, part] of lineParts(++this.seq, this.time, body).entries()) this.put(part, i % 2 === 1);
    if (this.away <= blocksAhead) return undefined;
    this.room ??= Promise.withResolvers();
    return this.room.promise;
  }

  /**
   * Waits until every event is in its file.
   * @throws WriteError when one of them could not be written
   */
  async finish(): Promise<void> {
    this.flush();
    this.say({ end: true });
    await this.exited;
    if (this.failure) throw this.failure;
  }

  /** Ends the thread: after `finish`, or when the import is given up. */
  async close(): Promise<void> {
    await this.thread.terminate();
  }

  private put(part: string, text: boolean): void {
    const most = partBytes(part);
    if (most > this.block.length - this.filled) this.flush();
    if (most > this.block.length) this.block = newBlock(most);
    this.filled = putPart(this.block, this.filled, part, text);
  }

  private flush(): void {
    if (this.filled === 0) return;
    this.say({ block: this.block.buffer as SharedArrayBuffer, filled: this.filled });
    this.away++;
    this.block = this.free.pop() ?? newBlock(blockBytes);
    this.filled = 0;
  }

  private say(request: BulkRequest): void {
    this.thread.postMessage(request);
  }

  private hear(reply: BulkReply): void {
    if ('ended' in reply) this.ended = true;
    else if ('failed' in reply) this.failure = new WriteError(reply.failed, Object.assign(new Error(reply.message), { code: reply.code }));
    else {
      this.away--;
      const { block } = reply;
      if (block.byteLength === blockBytes) this.free.push(Buffer.from(block));
    }
    this.room?.resolve();
    this.room = undefined;
  }
}
