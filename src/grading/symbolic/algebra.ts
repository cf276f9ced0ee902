import { Worker } from 'node:worker_threads';
import { errorCode } from '../../core/files/fileErrors.js';
import type { AlgebraAnswer, AlgebraQuestion, AlgebraWorkerData, SymbolicOutcome } from './algebraMessages.js';

export interface AlgebraOptions {
  /** The thread's bundle, `dist/symbolicEngine.cjs`. */
  worker: string;
  /** Milliseconds after which the engine gives up a comparison by itself: cheaper than to end the thread and to load it again. */
  timeoutMs: number;
  /** What the thread may hold on its heap, in MB. */
  memoryMb: number;
}

interface OpenComparison {
  question: AlgebraQuestion;
  /** Milliseconds of its time that are spent already. */
  spentMs: number;
  resolve: (outcome: SymbolicOutcome) => void;
}

/** So much of the time for a comparison is a question answered in at the latest, the loading of the engine included. */
const wallShare = 1.8;

const undecided = (reason: string): SymbolicOutcome => ({ verdict: 'undecided', rule: 'computer algebra', reason });

/**
 * Computer algebra in a thread of its own, which starts with the first question: the engine takes ten times as long to load as all
 * the rest of the checker. One question at a time; whatever the thread does, each is answered in time after the one before it. A
 * thread that does not come back from a question is ended; one that is still loading goes on for the next question.
 */
export class Algebra {
  private worker: Worker | undefined;
  private ready = false;
  private readonly waiting: OpenComparison[] = [];
  private current: OpenComparison | undefined;
  private timer: NodeJS.Timeout | undefined;
  private nextId = 1;

  /** From a question's turn to its answer. */
  private readonly wallMs: number;

  constructor(private readonly options: AlgebraOptions) {
    this.wallMs = Math.round(options.timeoutMs * wallShare);
  }

  /** Loads the engine ahead of a question that may come. */
  warm(): void {
    if (this.worker) return;
    this.worker = this.start();
    this.worker.unref();
  }

  /** @param spentMs what the question has cost already; it counts */
  compare({ answer, gold }: { answer: string; gold: string }, spentMs: number): Promise<SymbolicOutcome> {
    return new Promise((resolve) => {
      this.waiting.push({ question: { id: this.nextId++, answer, gold }, spentMs, resolve });
      if (!this.current) this.next();
    });
  }

  /** Ends the thread; what was not answered never will be. */
  async close(): Promise<void> {
    const worker = this.drop();
    this.waiting.length = 0;
    this.current = undefined;
    await worker?.terminate();
  }

  private next(): void {
    this.current = this.waiting.shift();
    if (!this.current) {
      this.worker?.unref();
      return;
    }
    this.worker ??= this.start();
    this.worker.ref();
    this.timer = setTimeout(() => this.expired(), Math.max(0, this.wallMs - this.current.spentMs));
    if (this.ready) this.ask(this.worker, this.current);
  }

  private ask(worker: Worker, { question }: OpenComparison): void {
    worker.postMessage(question);
  }

  private start(): Worker {
    const workerData: AlgebraWorkerData = { limitMs: this.options.timeoutMs };
    const worker = new Worker(this.options.worker, {
      workerData,
      name: 'grpo-lab computer algebra',
      resourceLimits: { maxOldGenerationSizeMb: this.options.memoryMb },
    });
    let cause: unknown;
    worker.on('message', (message: AlgebraAnswer | 'ready') => {
      if (this.worker !== worker) return;
      if (message === 'ready') {
        this.ready = true;
        if (this.current) this.ask(worker, this.current);
      } else if (message.id === this.current?.question.id) this.settle(message.outcome);
    });
    worker.on('error', (error: unknown) => (cause = error));
    worker.on('exit', () => {
      if (this.worker === worker) this.ended(cause);
    });
    return worker;
  }

  private settle(outcome: SymbolicOutcome): void {
    clearTimeout(this.timer);
    this.current?.resolve(outcome);
    this.next();
  }

  /** The present question has had its time. */
  private expired(): void {
    const what = this.ready ? 'not decided' : 'computer algebra was not loaded';
    if (this.ready) void this.drop()?.terminate();
    this.settle(undecided(`${what} within ${this.wallMs} ms`));
  }

  /** The thread ended by itself: the question it was at is to blame. */
  private ended(cause: unknown): void {
    this.drop();
    const memory = errorCode(cause) === 'ERR_WORKER_OUT_OF_MEMORY';
    const message = cause instanceof Error ? cause.message : 'its thread ended unexpectedly';
    this.settle(undecided(memory ? `it takes more than ${this.options.memoryMb} MB` : `computer algebra failed: ${message}`));
  }

  private drop(): Worker | undefined {
    clearTimeout(this.timer);
    const { worker } = this;
    this.worker = undefined;
    this.ready = false;
    return worker;
  }
}
