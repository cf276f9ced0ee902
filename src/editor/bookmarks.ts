import { EventEmitter, workspace, type Event } from 'vscode';
import { sameAddress, type RunAddress } from '../protocol/address.js';
import type { Bookmark } from './bookmarksFile.js';
import { Disposable } from './disposable.js';
import type { Labs } from './labs.js';

/** The file and its schema are not needed before somebody looks. */
const file = () => import('./bookmarksFile.js');

export class Bookmarks extends Disposable {
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;
  /** One change at a time, so that two quick presses do not lose one. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly labs: Labs) {
    super();
    const watcher = this.register(workspace.createFileSystemWatcher('**/.grpo-lab/bookmarks.json'));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) this.register(event(() => this.changed.fire()));
  }

  /** Newest first. */
  async all(): Promise<Bookmark[]> {
    const { readBookmarks } = await file();
    const lists = await Promise.all(this.labs.directories().map(readBookmarks));
    return lists.flat().sort((a, b) => b.added.localeCompare(a.added));
  }

  async has(address: RunAddress): Promise<boolean> {
    return (await this.all()).some((b) => sameAddress(b.address, address));
  }

  /** @returns whether it is bookmarked now */
  toggle(address: RunAddress): Promise<boolean> {
    const work = this.queue.then(async () => {
      const directory = await this.labs.directoryOf(address.run);
      if (!directory) throw new Error(`There is no run ${address.run} here.`);
      const { readBookmarks, writeBookmarks } = await file();
      const list = await readBookmarks(directory);
      const kept = list.filter((b) => !sameAddress(b.address, address));
      const added = kept.length === list.length;
      if (added) kept.push({ address, added: new Date().toISOString() });
      writeBookmarks(directory, kept);
      this.changed.fire();
      return added;
    });
    this.queue = work.catch(() => undefined); // told to whoever asked; the next change is made all the same
    return work;
  }
}
