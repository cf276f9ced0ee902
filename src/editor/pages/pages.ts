import { commands, ViewColumn, window, type Uri, type WebviewPanel } from 'vscode';
import { runOf, sameAddress, type Address } from '../../protocol/address.js';
import type { RunChange } from '../../store/views.js';
import { kindOf, pageKinds, type PageAction, type PageKeys, type PageKind } from '../../contracts/pageKinds.js';
import { Disposable } from '../disposable.js';
import type { PageSources } from './sources.js';
import { History } from './history.js';
import type { PagePurpose, OpenOptions, PageTabs } from './opening.js';
import type { PageMemory } from './pageMemory.js';
import type { PagePanel } from './pagePanel.js';
import { isPinned, sleepingTabs, tabsOf, type SleepingTab } from './sleepingTabs.js';
import { pageTitle, parentOf } from './titles.js';

/** Loaded with the first page, because it brings every contract with it. */
const load = () => import('./connect.js');
const viewType = (kind: PageKind): string => `grpoLab.${kind}`;

/** The tabs with our pages: opens addresses in them, walks their history, restores them, forwards what changed. */
export class Pages extends Disposable implements PageTabs {
  private readonly panels = new Set<PagePanel>();
  private readonly purposes = new WeakMap<PagePanel, PagePurpose>();
  private readonly history = new History();
  private active: PagePanel | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  /** The column of the page that was used last: what is opened from the explorer goes there, or where pages are in sight. */
  private column: ViewColumn | undefined;

  constructor(
    private readonly root: Uri,
    private readonly sources: PageSources,
    private readonly keys: PageKeys,
    private readonly memory: () => Promise<PageMemory>,
    private readonly report: (problem: string, error?: unknown) => void,
  ) {
    super();
    for (const kind of pageKinds) {
      this.register(
        window.registerWebviewPanelSerializer(viewType(kind), {
          deserializeWebviewPanel: async (panel, state) => this.restore(kind, panel, state),
        }),
      );
    }
  }

  async open(address: Address, { aside = false, column, preserveFocus = false, overlay, curve, narrow }: OpenOptions = {}): Promise<void> {
    const kind = kindOf(address);
    const title = pageTitle(address, await this.runName(address));
    // One after the other: two quick clicks find the same tab.
    const page = await this.inTurn(async () => {
      const where = column ?? (aside ? ViewColumn.Beside : this.target());
      const reused = aside ? undefined : this.pageFor(address, where);
      if (reused) {
        this.setPurpose(reused, { overlay, curve, narrow });
        reused.show(address, preserveFocus);
        return reused;
      }
      const asleep = aside ? undefined : await this.sleepingFor(address, where, column !== undefined);
      if (asleep) await window.tabGroups.close(asleep.tab, true);
      const panel = window.createWebviewPanel(
        viewType(kind),
        title,
        { viewColumn: asleep?.column ?? where, preserveFocus },
        { enableFindWidget: true },
      );
      if (asleep?.tab.isPinned && !preserveFocus) await commands.executeCommand('workbench.action.pinEditor');
      const made = await this.adopt(kind, panel, address);
      this.setPurpose(made, { overlay, curve, narrow });
      return made;
    });
    await this.arrived(page, address);
  }

  /** Shows another address in a page that is there, without bringing it to the front: somebody may have opened another page over it since. */
  async moveOn(page: PagePanel, address: Address): Promise<void> {
    await this.inTurn(() => {
      if (!page.disposed) page.moveOn(address);
      return Promise.resolve();
    });
    if (!page.disposed) await this.arrived(page, address);
  }

  /** The page in a column that shows this address, or else one that can be reused for it. */
  private pageFor(address: Address, column: ViewColumn): PagePanel | undefined {
    const here = [...this.panels].filter((p) => p.kind === kindOf(address) && p.panel.viewColumn === column);
    return here.find((p) => sameAddress(p.address, address)) ?? here.find((p) => !isPinned(p.panel));
  }

  /** As `pageFor`, among the tabs that came back with the window and have no page yet. @param strictly in that column alone */
  private async sleepingFor(address: Address, column: ViewColumn, strictly: boolean): Promise<SleepingTab | undefined> {
    const type = viewType(kindOf(address));
    const all = sleepingTabs(
      type,
      [...this.panels].filter((p) => viewType(p.kind) === type).map((p) => p.panel),
    );
    if (all.length === 0) return undefined;
    const memory = await this.memory();
    const shows = ({ tab }: SleepingTab): boolean => {
      const known = memory.find(type, tab.label);
      return known !== undefined && sameAddress(known, address);
    };
    const near = strictly ? all.filter((t) => t.column === column) : all;
    return near.find(shows) ?? near.find((t) => t.column === column && !t.tab.isPinned);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined); // told to whoever asked; the next page opens all the same
    return done;
  }

  private setPurpose(page: PagePanel, { overlay, ...once }: PagePurpose): void {
    this.purposes.set(page, { ...once, overlay: overlay ?? this.purposes.get(page)?.overlay });
  }

  /** What a dashboard was opened for. Runs laid over it stay as long as the page is there; a curve is looked for once, groups are
   * narrowed once. */
  private handOut(page: PagePanel): PagePurpose {
    const purpose = this.purposes.get(page) ?? {};
    this.setPurpose(page, {});
    return purpose;
  }

  /** Whether there is a tab with such a page, one that VS Code has restored and not loaded yet included. */
  hasTab(kind: PageKind): boolean {
    return tabsOf(viewType(kind)).length > 0;
  }

  /** Whether a page that shows something of a run is to be seen. */
  isInSight(run: string): boolean {
    return [...this.panels].some((p) => p.panel.visible && runOf(p.address) === run);
  }

  dashboards(): PagePanel[] {
    return [...this.panels].filter((p) => p.kind === 'dashboard');
  }

  get activeAddress(): Address | undefined {
    return this.active?.address;
  }

  act(action: PageAction): void {
    this.active?.act(action);
  }

  async go(direction: 'back' | 'forward' | 'up'): Promise<void> {
    const here = this.active?.address;
    if (direction === 'up') {
      const parent = here && parentOf(here);
      if (parent) await this.open(parent);
      return;
    }
    const address = direction === 'back' ? this.history.back() : this.history.forward();
    if (address) await this.open(address);
  }

  async split(): Promise<void> {
    if (this.active) await this.open(this.active.address, { aside: true });
  }

  /** Tells the pages in sight; a page that is hidden asks for everything when it is shown again. */
  changed(change: RunChange): void {
    for (const page of this.panels) {
      if (!page.panel.visible) continue;
      page.changed(change);
      if (change.identity && runOf(page.address) === change.run) void this.retitle(page);
    }
  }

  /** Closes the pages that show a run, or are about one, that was deleted. */
  forget(run: string): void {
    this.history.forget(run);
    for (const page of [...this.panels]) if (runOf(page.address) === run) page.dispose();
  }

  override dispose(): void {
    for (const page of [...this.panels]) page.dispose();
    super.dispose();
  }

  private target(): ViewColumn {
    const visible = [...this.panels].find((p) => p.panel.visible);
    return this.active?.panel.viewColumn ?? this.column ?? visible?.panel.viewColumn ?? window.tabGroups.activeTabGroup.viewColumn;
  }

  private async restore(kind: PageKind, panel: WebviewPanel, state: unknown): Promise<void> {
    const { savedAddress } = await load();
    const address = savedAddress(state) ?? (await this.memory()).find(viewType(kind), panel.title);
    if (!address || kindOf(address) !== kind) {
      this.report(`A ${kind} tab could not be restored: it kept no address.`);
      panel.dispose();
      return;
    }
    const page = await this.inTurn(() => this.adopt(kind, panel, address));
    await this.retitle(page);
  }

  private async adopt(kind: PageKind, panel: WebviewPanel, address: Address): Promise<PagePanel> {
    const { connectPage } = await load();
    const page = connectPage(kind, panel, address, {
      root: this.root,
      sources: this.sources,
      keys: this.keys,
      report: this.report,
      purpose: (p) => this.handOut(p),
      open: (to, options) => this.open(to, options),
      arrived: (p, to) => this.arrived(p, to),
      focusChanged: () => this.focusChanged(),
    });
    this.panels.add(page);
    panel.onDidChangeViewState(() => this.focusChanged());
    panel.onDidDispose(() => {
      this.panels.delete(page);
      this.focusChanged();
    });
    this.focusChanged();
    return page;
  }

  private async arrived(page: PagePanel, address: Address): Promise<void> {
    this.history.visit(address);
    this.focusChanged();
    await this.retitle(page);
  }

  private async retitle(page: PagePanel): Promise<void> {
    const title = pageTitle(page.address, await this.runName(page.address));
    if (page.disposed) return;
    if (page.panel.title !== title) page.panel.title = title;
    await (await this.memory()).remember(viewType(page.kind), title, page.address);
  }

  /** What a person calls the run, or its id when it is not (yet) known. */
  private async runName(address: Address): Promise<string> {
    const run = runOf(address);
    if (run === undefined) return '';
    const { runs, store } = this.sources;
    // A run that was imported a moment ago is in the store before it is in the list.
    return ((await runs.get(run)) ?? (await store.run(run)))?.name ?? run;
  }

  /** Keys are bound to these: which page has the focus, and whether one types into it. */
  private focusChanged(): void {
    const before = this.active;
    this.active = [...this.panels].find((p) => p.panel.active);
    if (this.active) {
      this.column = this.active.panel.viewColumn;
      if (this.active !== before) this.history.visit(this.active.address);
    }
    const context = {
      'grpoLab.page': this.active?.kind,
      'grpoLab.pageEditing': this.active?.editing ?? false,
      'grpoLab.canGoBack': this.history.canGoBack,
      'grpoLab.canGoForward': this.history.canGoForward,
      'grpoLab.canGoUp': this.active !== undefined && parentOf(this.active.address) !== undefined,
    };
    for (const [key, value] of Object.entries(context)) void commands.executeCommand('setContext', key, value);
  }
}
