import { availableParallelism } from 'node:os';
import { EndableThread } from '../core/threads/endableThread.js';
import type { CommandName, ThreadOptions, WriterMessage, WriterRequest } from './messages.js';
import { questionMethods } from './questionMethods.js';
import type { StoreClientQueries } from './questions.js';
import { Readers, type AskOptions } from './readers.js';
import type { RunChange } from './views.js';

export interface StoreClientOptions {
  /** The `.grpo-lab` folder. */
  root: string;
  /** The threads' bundle, `dist/storeWorker.cjs`. */
  worker: string;
  /** Where the databases of this user lie; default: this machine's data folder. */
  dataFolder?: string;
  /** Whether an index of words is kept beside the database; false removes the one that is there. Left out: it is left as it is. */
  textIndex?: boolean;
}

/** A command of which the outcome is waited for. */
interface CommandPromise {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** The thread that writes, and what it has been told to do. */
interface Writer {
  thread: EndableThread;
  commands: Map<number, CommandPromise>;
  /** Resolves when there is a database to read from. */
  opened: Promise<void>;
}

/** One for short questions while another is busy with a long one; more share the machine with the writer. */
const mostReaders = Math.min(4, Math.max(2, availableParallelism() - 1));

/**
 * The store in threads of its own: one that writes and a few that answer, so that reading in millions of events holds up no
 * answer. They start with the first question (or command); should the writer die, the next question starts another: nothing is
 * lost, the run directories are the truth.
 */
export class StoreClient {
  private writer: Writer | undefined;
  private readers: Readers | undefined;
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
  readonly ask: StoreClientQueries = this.asking({});

  /** The same, for whoever may lose interest, wants to hear how far it is, or has less time. */
  asking(options: AskOptions): StoreClientQueries {
    return questionMethods(async (name, args) => {
      await this.running().opened;
      options.signal?.throwIfAborted();
      return this.readers!.ask(name, args, options);
    });
  }

  /** Resolves when everything that is in the run directories now (or in that of one run) has been read. */
  catchUp = (run?: string): Promise<void> => this.tell('catchUp', run === undefined ? [] : [run]);
  /** Forgets everything and reads all run directories again. */
  rebuild = (): Promise<void> => this.tell('rebuild', []);
  /** To be called after a run's directory was deleted: it vanishes from all lists at once. */
  forget = (run: string): Promise<void> => this.tell('forget', [run]);

  /** Ends the threads; questions that were not answered yet fail. Closing twice is harmless. */
  async close(): Promise<void> {
    if (this.closed) return;
    const { writer } = this;
    const done = writer && this.tell('close', []).catch(() => undefined); // it may end by itself meanwhile
    this.closed = true;
    await this.readers?.close(isClosed());
    await done;
    await writer?.thread.terminate();
  }

  private async tell(command: CommandName, params: unknown[]): Promise<void> {
    const { thread, commands } = this.running();
    const id = this.nextId++;
    return new Promise<void>((resolve, reject) => {
      commands.set(id, { resolve, reject });
      thread.postMessage({ id, command, params } satisfies WriterRequest);
    });
  }

  /** @throws when the store is closed */
  private running(): Writer {
    if (this.closed) throw isClosed();
    return (this.writer ??= this.start());
  }

  private start(): Writer {
    const { root, dataFolder, textIndex, worker: file } = this.options;
    const workerData: ThreadOptions = {
      thread: 'writer',
      root,
      ...(dataFolder !== undefined && { dataFolder }),
      ...(textIndex !== undefined && { textIndex }),
    };
    const opening = Promise.withResolvers<undefined>();
    opening.promise.catch(() => undefined); // told to each who asks
    const writer: Writer = {
      thread: EndableThread.start(file, { workerData, name: 'grpo-lab writer' }),
      commands: new Map(),
      opened: opening.promise,
    };
    let cause: Error | undefined;
    writer.thread.on('message', (message: WriterMessage) => this.receive(writer, opening, message));
    writer.thread.on('error', (error) => (cause = error instanceof Error ? error : new Error(String(error))));
    writer.thread.on('exit', (code) => {
      if (this.writer === writer) this.writer = undefined;
      const error = new Error(`The store's thread ended${cause ? `: ${cause.message}` : ` with code ${code}`}.`, { cause });
      opening.reject(error);
      for (const { reject } of writer.commands.values()) reject(error);
      writer.commands.clear();
    });
    return writer;
  }

  private receive({ commands }: Writer, opening: PromiseWithResolvers<undefined>, message: WriterMessage): void {
    switch (message.kind) {
      case 'opened':
        if (this.readers) this.readers.reopen(message.database);
        else this.readers = this.readersOf(message.database);
        opening.resolve(undefined);
        return;
      case 'unusable':
        opening.reject(new Error(message.message));
        if (this.readers) this.notify(message.message); // nobody waits for it: another one was open
        return;
      case 'result':
        commands.get(message.id)?.resolve(message.result as never);
        commands.delete(message.id);
        return;
      case 'error':
        commands.get(message.id)?.reject(new Error(message.message));
        commands.delete(message.id);
        return;
      case 'changes':
        for (const change of message.changes) for (const listener of this.changeListeners) listener(change);
        return;
      case 'notice':
        this.notify(message.message);
    }
  }

  private notify(message: string): void {
    for (const listener of this.noticeListeners) listener(message);
  }

  private readersOf(database: string): Readers {
    const damaged = (): void => void this.tell('replace', []).catch(() => undefined); // where it fails, each question says why
    return new Readers(this.options.worker, this.options.root, database, mostReaders, damaged);
  }
}

const isClosed = (): Error => new Error('The store is closed.');

function subscribe<T>(listeners: Set<T>, listener: T): { dispose(): void } {
  listeners.add(listener);
  return { dispose: () => void listeners.delete(listener) };
}
