import { EventEmitter, ThemeIcon, TreeItem, type Event, type TreeDataProvider } from 'vscode';
import type { Bookmarks } from '../bookmarks.js';
import type { Bookmark } from '../bookmarksFile.js';
import { Disposable } from '../disposable.js';
import { runPageOf } from '../../../webview/shared/kinds.js';
import { pageTitle } from '../pages/titles.js';
import type { Runs } from '../runs.js';
import { relativeTime } from '../../../webview/shared/format.js';

const icons = { dashboard: 'graph', groups: 'list-flat', group: 'layers', solution: 'symbol-string', disagreements: 'law' } as const;

/** What a person has marked, newest first. */
export class BookmarksTree extends Disposable implements TreeDataProvider<Bookmark> {
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChangeTreeData: Event<void> = this.changed.event;

  constructor(
    private readonly bookmarks: Bookmarks,
    private readonly runs: Runs,
  ) {
    super();
    this.register(bookmarks.onDidChange(() => this.changed.fire()));
  }

  getChildren(node?: Bookmark): Promise<Bookmark[]> | Bookmark[] {
    return node ? [] : this.bookmarks.all();
  }

  async getTreeItem({ address, added }: Bookmark): Promise<TreeItem> {
    const run = await this.runs.get(address.run);
    const name = run?.name ?? address.run;
    const kind = runPageOf(address);
    const item = new TreeItem(pageTitle(address, name));
    item.description = [kind === 'solution' || kind === 'group' ? name : '', run ? '' : 'run is gone', relativeTime(added, Date.now())]
      .filter(Boolean)
      .join(' · ');
    item.iconPath = new ThemeIcon(icons[kind]);
    item.contextValue = 'bookmark';
    item.command = { command: 'grpoLab.open', title: 'Open', arguments: [address] };
    return item;
  }
}
