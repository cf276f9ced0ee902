import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventEmitter, workspace, type Event } from 'vscode';
import { z } from 'zod';
import { addressPath, parseAddress, type Address } from '../protocol/address.js';
import { describeIssue, replaceFile } from '../protocol/identity.js';
import { isMissing } from '../protocol/segments.js';
import { Disposable } from './disposable.js';
import type { Labs } from './labs.js';
import { sameAddress } from './pages/titles.js';

/** `.grpo-lab/bookmarks.json`: what a person marked. Kept beside the runs, so that it travels with them. */
const bookmarksFile = z.object({ v: z.literal(1), bookmarks: z.array(z.object({ path: z.string(), added: z.string() })) });

export interface Bookmark {
  address: Address;
  /** ISO time. */
  added: string;
}

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
    const lists = await Promise.all(this.labs.directories().map((d) => this.read(d)));
    return lists.flat().sort((a, b) => b.added.localeCompare(a.added));
  }

  async has(address: Address): Promise<boolean> {
    return (await this.all()).some((b) => sameAddress(b.address, address));
  }

  /** @returns whether it is bookmarked now */
  toggle(address: Address): Promise<boolean> {
    const work = this.queue.then(async () => {
      const directory = await this.labs.directoryOf(address.run);
      if (!directory) throw new Error(`There is no run ${address.run} here.`);
      const list = await this.read(directory);
      const kept = list.filter((b) => !sameAddress(b.address, address));
      const added = kept.length === list.length;
      if (added) kept.push({ address, added: new Date().toISOString() });
      this.write(directory, kept);
      return added;
    });
    this.queue = work.catch(() => undefined);
    return work;
  }

  private async read(directory: string): Promise<Bookmark[]> {
    const file = join(directory, 'bookmarks.json');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (text === undefined) return [];
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (cause) {
      throw new Error(`${file} is not valid JSON. Correct it or delete it.`, { cause });
    }
    const parsed = bookmarksFile.safeParse(json);
    if (!parsed.success) throw new Error(`${file} is not a list of bookmarks (${describeIssue(parsed.error)}). Correct it or delete it.`);
    return parsed.data.bookmarks.flatMap(({ path, added }) => {
      const address = parseAddress(path);
      return address ? [{ address, added }] : [];
    });
  }

  private write(directory: string, list: Bookmark[]): void {
    const file: z.input<typeof bookmarksFile> = { v: 1, bookmarks: list.map((b) => ({ path: addressPath(b.address), added: b.added })) };
    replaceFile(join(directory, 'bookmarks.json'), `${JSON.stringify(file, null, 2)}\n`);
    this.changed.fire();
  }
}
