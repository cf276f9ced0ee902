import { Worker } from 'node:worker_threads';
import type { CommandName, StoreMessage, StoreRequest } from './messages.js';
import { questionMethods } from './questionMethods.js';
import type { QuestionName, StoreClientQueries } from './questions.js';
import type { RunChange } from './views.js';

export interface StoreClientOptions {
  /** The `.grpo-lab` folder. */
  root: string;
  /** The worker's bundle, `dist/storeWorker.cjs`. */
  worker: string;
  /** Where the databases of this user lie; default: this machine's data folder. */
  dataFolder?: string;
}

interface Pending {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/**
 * The store in a worker thread. The thread starts with the first question (or command); should it die, the next
 * question starts another: nothing is lost, the run directories are the truth.
 */
export class StoreClient {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private readonly changeListeners = new Set<(change: RunChange) => void>();
  private readonly noticeListeners = new Set<(message: string) => void>();
  private nextId = 1;
  private closed = false;

  constructor(private readonly options: StoreClientOptions) {}

  /** "Something of this run changed", whoever read it first: this process or another one on the same database. */
  onChange(listener: (change: RunChange) => void): { dispose(): void } {
    return subscribe(this.changeListeners, listener);
  }

  /** What a person should hear: where the database lies and why, that it was rebuilt, what cannot be read. */
  onNotice(listener: (message: string) => void): { dispose(): void } {
    return subscribe(this.noticeListeners, listener);
  }

  /** What the store answers. */
  readonly ask: StoreClientQueries = questionMethods((name, args) => this.send(name, args));

  /** Resolves when everything that is in the run directories now (or in that of one run) has been read. */
  catchUp = (run?: string): Promise<void> => this.send('catchUp', run === undefined ? [] : [run]);
  /** Forgets everything and reads all run directories again. */
  rebuild = (): Promise<void> => this.send('rebuild', []);
  /** To be called after a run's directory was deleted: it vanishes from all lists at once. */
  forget = (run: string): Promise<void> => this.send('forget', [run]);

  /** Ends the thread; questions that were not answered yet fail. Closing twice is harmless. */
  async close(): Promise<void> {
    if (this.closed) return;
    const worker = this.worker;
    const done = worker === undefined ? undefined : this.send<null>('close', []);
    this.closed = true;
    await done?.catch(() => undefined); // it ended by itself meanwhile
    await worker?.terminate();
  }

  private send<T>(method: QuestionName | CommandName, params: unknown[]): Promise<T> {
    if (this.closed) return Promise.reject(new Error('The store is closed.'));
    const worker = (this.worker ??= this.start());
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      worker.postMessage({ id, method, params } satisfies StoreRequest);
    });
  }

  private start(): Worker {
    const { root, dataFolder, worker: file } = this.options;
    const worker = new Worker(file, { workerData: { root, dataFolder }, name: 'grpo-lab store' });
    let cause: Error | undefined;
    worker.on('message', (message: StoreMessage) => this.receive(message));
    worker.on('error', (error) => (cause = error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => {
      this.worker = undefined;
      const error = new Error(`The store's thread ended${cause ? `: ${cause.message}` : ` with code ${code}`}.`, { cause });
      for (const { reject } of this.pending.values()) reject(error);
      this.pending.clear();
    });
    return worker;
  }

  private receive(message: StoreMessage): void {
    switch (message.kind) {
      case 'result':
        this.pending.get(message.id)?.resolve(message.result as never);
        this.pending.delete(message.id);
        return;
      case 'error':
        this.pending.get(message.id)?.reject(new Error(message.message));
        this.pending.delete(message.id);
        return;
      case 'changes':
        for (const change of message.changes) for (const listener of this.changeListeners) listener(change);
        return;
      case 'notice':
        for (const listener of this.noticeListeners) listener(message.message);
    }
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): { dispose(): void } {
  listeners.add(listener);
  return { dispose: () => void listeners.delete(listener) };
}
