import { EndableThread } from '../core/threads/endableThread.js';
import type { ReaderMessage, ReaderRequest, ThreadOptions } from './messages.js';

/** How a question is asked. */
export interface AskOptions {
  /** Nobody wants the answer any more: the promise is rejected at once, with the signal's reason. */
  signal?: AbortSignal;
  /** So long the answer is waited for, milliseconds; default: `usualLimitMs`. */
  limitMs?: number;
  /** Hears how far a question that reads very much has come. */
  progress?: (done: number, total: number) => void;
}

/** Longer than any question should take, on a slow disk too. */
export const usualLimitMs = 30_000;
/** What is not wanted any more mostly ends by itself at once: a thread that does not is worth a new one, which has all to read again. */
const graceMs = 250;

interface Task {
  readonly request: ReaderRequest;
  readonly options: AskOptions;
  /** Tells whoever asked, once. */
  readonly settle: (outcome: { answer: unknown } | { error: Error }) => void;
  /** How many threads have died over it. */
  deaths: number;
  settled: boolean;
}

interface Reader {
  readonly thread: EndableThread;
  /** The id of the request that is not wanted any more: what it answers may look, and end by itself. */
  readonly abandoned: Int32Array;
  /** What it is answering; undefined: it is idle. */
  task: Task | undefined;
  /** Another database took the place of the one it reads: it ends with its answer. */
  former: boolean;
}

/**
 * The threads that answer questions. A question waits for one that is idle; there are as many as are needed, up to a few, so that
 * a long answer does not hold up short ones. One that dies is replaced, and what it was asked is asked again once: it only reads.
 */
export class Readers {
  private readonly readers = new Set<Reader>();
  private readonly ended = new Set<Promise<unknown>>();
  private queue: Task[] = [];
  private nextId = 1;

  /**
   * @param bundle the threads' code, `dist/storeWorker.cjs`
   * @param database what they read
   * @param most so many threads at a time
   * @param damaged hears that the database cannot be read
   */
  constructor(
    private readonly bundle: string,
    private readonly root: string,
    private database: string,
    private readonly most: number,
    private readonly damaged: () => void,
  ) {}

  /** Another database took the place of the one that was read. */
  reopen(database: string): void {
    this.database = database;
    for (const reader of this.readers) {
      reader.former = true;
      if (reader.task === undefined) this.end(reader);
    }
    this.assign();
  }

  /** @returns the answer. It fails when the question cannot be asked so, is not wanted any more, takes too long, or kills two threads */
  ask(question: string, args: unknown[], options: AskOptions): Promise<unknown> {
    const { signal, limitMs = usualLimitMs } = options;
    return new Promise((resolve, reject) => {
      const settle: Task['settle'] = (outcome) => {
        if (task.settled) return;
        task.settled = true;
        clearTimeout(limit);
        signal?.removeEventListener('abort', onAbort);
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.answer);
      };
      const task: Task = { request: { id: this.nextId++, question, args }, options, settle, deaths: 0, settled: false };
      const onAbort = (): void => this.abandon(task, signal!.reason as Error, graceMs);
      const limit = setTimeout(() => this.abandon(task, gaveUp(question, limitMs), 0), limitMs);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) settle({ error: signal.reason as Error });
      else this.queue.push(task);
      this.assign();
    });
  }

  /** Questions that were not answered yet fail. Resolves when no thread is left. */
  async close(reason: Error): Promise<void> {
    for (const task of this.queue.splice(0)) task.settle({ error: reason });
    for (const reader of [...this.readers]) {
      reader.task?.settle({ error: reason });
      this.end(reader);
    }
    await Promise.all(this.ended);
  }

  private assign(): void {
    while (this.queue.length > 0) {
      const reader = this.idle() ?? (this.readers.size < this.most ? this.start() : undefined);
      if (reader === undefined) return;
      reader.task = this.queue.shift()!;
      reader.thread.postMessage(reader.task.request);
    }
  }

  /** The one that was started first: it has seen and remembers most. */
  private idle(): Reader | undefined {
    for (const reader of this.readers) if (reader.task === undefined) return reader;
    return undefined;
  }

  private abandon(task: Task, error: Error, grace: number): void {
    task.settle({ error });
    this.queue = this.queue.filter((t) => t !== task);
    const reader = [...this.readers].find((r) => r.task === task);
    if (reader === undefined) return;
    Atomics.store(reader.abandoned, 0, task.request.id);
    const endIt = (): void => {
      if (reader.task !== task) return; // it has answered meanwhile
      this.end(reader);
      this.assign();
    };
    if (grace === 0) endIt();
    else setTimeout(endIt, grace);
  }

  private start(): Reader {
    const abandoned = new SharedArrayBuffer(4);
    const workerData: ThreadOptions = { thread: 'reader', root: this.root, database: this.database, abandoned };
    const reader: Reader = {
      abandoned: new Int32Array(abandoned),
      thread: EndableThread.start(this.bundle, { workerData, name: 'grpo-lab reader' }),
      task: undefined,
      former: false,
    };
    this.readers.add(reader);
    let cause: Error | undefined;
    reader.thread.on('message', (message: ReaderMessage) => this.receive(reader, message));
    reader.thread.on('error', (error) => (cause = error instanceof Error ? error : new Error(String(error))));
    reader.thread.on('exit', (code) => this.died(reader, cause?.message ?? `it ended with code ${code}`));
    return reader;
  }

  private receive(reader: Reader, message: ReaderMessage): void {
    const { task } = reader;
    if (task?.request.id !== message.id) return;
    if (message.kind === 'progress') {
      if (!task.settled) task.options.progress?.(message.done, message.total);
      return;
    }
    reader.task = undefined;
    if (message.kind === 'answer') task.settle({ answer: message.answer });
    else task.settle({ error: new Error(message.message) });
    if (message.kind === 'error' && message.damaged && !reader.former) this.damaged();
    if (reader.former) this.end(reader);
    this.assign();
  }

  /** It no longer counts, though it may still be busy: a statement ends by itself, what would follow it does not run. */
  private end(reader: Reader): void {
    reader.task = undefined;
    this.readers.delete(reader);
    const ending = reader.thread.terminate();
    this.ended.add(ending);
    void ending.finally(() => this.ended.delete(ending));
  }

  private died(reader: Reader, why: string): void {
    if (!this.readers.delete(reader)) return; // it was ended
    const { task } = reader;
    if (task && !task.settled) {
      if (task.deaths++ === 0) this.queue.unshift(task);
      else task.settle({ error: new Error(`The store could not answer "${task.request.question}": its thread died twice (${why}).`) });
    }
    this.assign();
  }
}

const gaveUp = (question: string, limitMs: number): Error =>
  new Error(`The store gave up on "${question}": there was no answer after ${limitMs / 1000} s.`);
