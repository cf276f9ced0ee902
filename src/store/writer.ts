import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../core/messageOf.js';
import type { Changes } from './changes.js';
import { Follower } from './follower.js';
import { commandParams, type WriterMessage, type WriterRequest } from './messages.js';
import { setAside } from './sqlite.js';
import { Store, type StoreOptions } from './store.js';
import { removeTextIndex } from './textIndex/textIndexFile.js';
import { TextIndexThread } from './textIndex/textIndexThread.js';

/** The thread that writes: it keeps the database up with the run directories. Questions are answered by others, see reader.ts. */
export class StoreWriter {
  private opened: Promise<{ store: Store; follower: Follower; changes: Changes; index: TextIndexThread | undefined }>;

  constructor(
    private readonly port: MessagePort,
    private readonly options: StoreOptions & { textIndex?: boolean },
  ) {
    this.opened = this.open();
    port.on('message', (request: WriterRequest) => void this.handle(request));
  }

  private open(): typeof this.opened {
    const opened = this.openStore();
    opened.catch((error: unknown) => this.send({ kind: 'unusable', message: messageOf(error) }));
    return opened;
  }

  private async openStore(): typeof this.opened {
    const { textIndex, ...options } = this.options;
    const store = await Store.open({ ...options, checkpoints: false });
    const index = this.textIndexOf(store, textIndex);
    for (const message of store.notices) this.send({ kind: 'notice', message });
    const changes = store.changes();
    const follower = new Follower(store, join(this.options.root, 'runs'), __filename, {
      read: (more) => index?.tell(more ? 'wait' : 'go'),
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
      damaged: () => this.replace(store, follower, index),
    });
    this.send({ kind: 'opened', database: store.placement.file });
    follower.start();
    return { store, follower, changes, index };
  }

  private textIndexOf(store: Store, wanted: boolean | undefined): TextIndexThread | undefined {
    const { file } = store.placement;
    if (wanted === false) removeTextIndex(file);
    if (wanted !== true) return undefined;
    return new TextIndexThread(file, __filename, (reason) =>
      this.send({ kind: 'notice', message: `The index of words cannot be built, searches read the texts instead: ${reason}` }),
    );
  }

  /** The database turned out to be damaged: it goes aside, and a new one is made of the run directories. */
  private replace(store: Store, follower: Follower, index: TextIndexThread | undefined): void {
    follower.stop();
    void index?.stop();
    store.close();
    const message = setAside(store.placement.file, store.fileIdentity);
    if (message !== null) this.send({ kind: 'notice', message });
    this.opened = this.open();
  }

  private async handle({ id, command, params }: WriterRequest): Promise<void> {
    try {
      this.send({ kind: 'result', id, result: await this.obey(command, params) });
    } catch (error) {
      this.send({ kind: 'error', id, message: messageOf(error) });
    }
  }

  private async obey(command: WriterRequest['command'], params: unknown[]): Promise<unknown> {
    const { store, follower, index } = await this.opened;
    switch (command) {
      case 'catchUp':
        return follower.catchUp(commandParams.catchUp.parse(params)[0]);
      case 'forget':
        return follower.forget(commandParams.forget.parse(params)[0]);
      case 'rebuild':
        store.requireRuns();
        for (const id of store.ingest.known()) await follower.forget(id);
        return follower.catchUp();
      case 'replace':
        this.replace(store, follower, index);
        return null;
      case 'close':
        follower.stop();
        await index?.stop(); // as a thread of a thread that ends it would be ended whatever it is at
        store.close();
        this.port.close();
        return null;
    }
  }

  private send(message: WriterMessage): void {
    this.port.postMessage(message);
  }
}
