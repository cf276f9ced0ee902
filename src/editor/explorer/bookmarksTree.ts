import { EventEmitter, TreeItem, Uri, type Event, type TreeDataProvider } from 'vscode';
import { oneLine } from '../../core/questionPreview.js';
import { addressPath, type RunAddress } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { Bookmarks } from '../bookmarks.js';
import type { Bookmark } from '../bookmarksFile.js';
import { Disposable } from '../disposable.js';
import { runPageOf } from '../../contracts/pageKinds.js';
import { pageTitle } from '../pages/titles.js';
import type { Runs } from '../runs.js';
import { relativeTime } from '../../core/format.js';

/** Signs of a question that a row has room for. */
const LABEL = 120;

/** What a person has marked, newest first: groups and solutions by their question, with the icon of their page. */
export class BookmarksTree extends Disposable implements TreeDataProvider<Bookmark> {
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChangeTreeData: Event<void> = this.changed.event;
  /** By address: a question does not change. */
  private readonly questions = new Map<string, string>();

  constructor(
    private readonly bookmarks: Bookmarks,
    private readonly runs: Runs,
    private readonly store: Pick<StoreClientQueries, 'group' | 'solution'>,
    private readonly extension: Uri,
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
    const title = pageTitle(address, name);
    const question = run ? await this.questionOf(address) : '';
    const item = new TreeItem(question || title);
    const details = [question ? title : '', title.includes(name) ? '' : name, run ? '' : 'run is gone', relativeTime(added, Date.now())];
    item.description = details.filter(Boolean).join(' · ');
    item.tooltip = [question, title, name].filter((line, i, all) => line !== '' && all.indexOf(line) === i).join('\n');
    const icon = (theme: 'light' | 'dark'): Uri => Uri.joinPath(this.extension, 'media', 'pages', `${kind}-${theme}.svg`);
    item.iconPath = { light: icon('light'), dark: icon('dark') };
    item.contextValue = 'bookmark';
    item.command = { command: 'grpoLab.open', title: 'Open', arguments: [address] };
    return item;
  }

  /** What tells a group's question from the others of its step; '' where there is none (any more), or what is marked has none. */
  private async questionOf(address: RunAddress): Promise<string> {
    const { run, step, group, solution } = address;
    if (step === undefined || group === undefined) return '';
    const key = addressPath(address);
    const known = this.questions.get(key);
    if (known !== undefined) return known;
    const found = solution === undefined ? await this.store.group(run, step, group) : await this.store.solution(run, step, group, solution);
    const question = oneLine(found?.questionPreview.text ?? '', LABEL);
    if (found) this.questions.set(key, question);
    return question;
  }
}
