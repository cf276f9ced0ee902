/** The store's worker thread: keeps the database up with the run directories and answers questions about them. */
import { join } from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../core/messageOf.js';
import type { Changes } from './changes.js';
import { serveCheckpoints } from './checkpointer.js';
import { Follower } from './follower.js';
import { commandParams, workerOptions, type CommandName, type StoreMessage, type StoreRequest } from './messages.js';
import { checked } from './questions.js';
import { isDamage, setAside } from './sqlite.js';
import { Store, type StoreOptions } from './store.js';

class StoreWorker {
  private opened: Promise<{ store: Store; follower: Follower; changes: Changes }>;

  constructor(
    private readonly port: MessagePort,
    private readonly options: StoreOptions,
  ) {
    this.opened = this.open();
    this.opened.catch(() => undefined); // each request answers with the reason
    port.on('message', (request: StoreRequest) => void this.handle(request));
  }

  private async open() {
    const store = await Store.open(this.options);
    for (const message of store.notices) this.send({ kind: 'notice', message });
    const changes = store.changes();
    const follower = new Follower(store, join(this.options.root, 'runs'), __filename, {
      worked: () => {
        const list = changes.take();
        if (list.length > 0) this.send({ kind: 'changes', changes: list });
      },
      // Nothing is written when nothing is heard of a run: time alone changes it.
      polled: () => {
        const list = store.quiet.take(Date.now());
        if (list.length > 0) this.send({ kind: 'changes', changes: list });
      },
      failed: ({ run, reason }) =>
        this.send({ kind: 'notice', message: `${run === '' ? 'The runs' : `Run ${run}`} cannot be read: ${reason}` }),
      absent: (message) => this.send({ kind: 'notice', message }),
      damaged: () => this.replace(store, follower),
    });
    follower.start();
    return { store, follower, changes };
  }

  /** The database turned out to be damaged: it goes aside, and a new one is made of the run directories. */
  private replace(store: Store, follower: Follower): void {
    follower.stop();
    store.close();
    const message = setAside(store.placement.file, store.fileIdentity);
    if (message !== null) this.send({ kind: 'notice', message });
    this.opened = this.open();
    this.opened.catch((error: unknown) => this.send({ kind: 'notice', message: messageOf(error) }));
  }

  private async handle({ id, method, params }: StoreRequest): Promise<void> {
    try {
      this.send({ kind: 'result', id, result: await this.answer(method, params) });
    } catch (error) {
      this.send({ kind: 'error', id, message: messageOf(error) });
    }
  }

  private async answer(method: StoreRequest['method'], params: unknown[]): Promise<unknown> {
    const { store, follower } = await this.opened;
    if (!isCommand(method)) return this.ask(store, follower, method, params);
    switch (method) {
      case 'catchUp':
        return follower.catchUp(commandParams.catchUp.parse(params)[0]);
      case 'forget':
        return follower.forget(commandParams.forget.parse(params)[0]);
      case 'rebuild':
        store.requireRuns();
        for (const { id } of store.queries.runs()) await follower.forget(id);
        return follower.catchUp();
      case 'close':
        follower.stop();
        store.close();
        this.port.close();
        return null;
    }
  }

  private ask(store: Store, follower: Follower, question: string, params: unknown[]): unknown {
    const [name, args] = checked(question, params);
    try {
      return (store.queries[name] as (...args: unknown[]) => unknown)(...args);
    } catch (error) {
      if (isDamage(error)) this.replace(store, follower);
      throw error;
    }
  }

  private send(message: StoreMessage): void {
    this.port.postMessage(message);
  }
}

const isCommand = (method: StoreRequest['method']): method is CommandName => Object.hasOwn(commandParams, method);
if (parentPort !== null) {
  const data = workerOptions.parse(workerData);
  if ('checkpoint' in data) void serveCheckpoints(data.checkpoint);
  else
    new StoreWorker(parentPort, {
      root: data.root,
      checkpoints: false,
      ...(data.dataFolder !== undefined && { dataFolder: data.dataFolder }),
    });
}
