import { EventEmitter, workspace, type Event } from 'vscode';
import { sameAddress, type RunAddress } from '../protocol/address.js';
import type { Bookmark } from './bookmarksFile.js';
import { Disposable } from './disposable.js';
import type { Labs } from './labs.js';
import { requireTrust } from './trust.js';

/** Loaded when bookmarks are first needed, with the schema of their file. */
const file = () => import('./bookmarksFile.js');

export class Bookmarks extends Disposable {
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;
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

  /**
   * @returns whether it is bookmarked now
   * @throws in a workspace that is not trusted, for the list is a file of it
   */
  async toggle(address: RunAddress): Promise<boolean> {
    requireTrust('no bookmark is written into it');
    const directory = await this.labs.directoryOf(address.run);
    if (!directory) throw new Error(`There is no run ${address.run} here.`);
    const { changeBookmarks } = await file();
    const added = await changeBookmarks(directory, (list) => {
      const kept = list.filter((b) => !sameAddress(b.address, address));
      const isNew = kept.length === list.length;
      return { list: isNew ? [...kept, { address, added: new Date().toISOString() }] : kept, result: isNew };
    });
    this.changed.fire();
    return added;
  }
}
