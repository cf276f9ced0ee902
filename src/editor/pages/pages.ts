import type { Uri } from 'vscode';
import { commands, TabInputWebview, ViewColumn, window, type WebviewPanel } from 'vscode';
import { z } from 'zod';
import { addressPath, type Address } from '../../protocol/address.js';
import type { RunChange } from '../../store/views.js';
import * as shared from '../../../webview/shared/contract.js';
import { Disposable } from '../disposable.js';
import { answerKind, answerShared, runNameOf, type PageSources } from './handlers.js';
import { History } from './history.js';
import type { PageMemory } from './pageMemory.js';
import { PagePanel } from './pagePanel.js';
import { pageTitle, parentOf } from './titles.js';

export interface OpenOptions {
  /** A tab of its own beside, rather than this column's tab for such pages. */
  aside?: boolean;
  /** Where to look for a tab of that kind, or to make one. */
  column?: ViewColumn;
  preserveFocus?: boolean;
  /** Runs to draw over a dashboard's own. */
  overlay?: string[];
}

/** What a page keeps of itself through a window reload. */
const savedState = z.object({ address: shared.addressSchema });
const viewType = (kind: shared.PageKind): string => `grpoLab.${kind}`;

/** The tabs with our pages: opens addresses in them, walks their history, restores them, forwards what changed. */
export class Pages extends Disposable {
  private readonly panels = new Set<PagePanel>();
  private readonly overlays = new WeakMap<PagePanel, string[]>();
  private readonly history = new History();
  private active: PagePanel | undefined;
  /** The column of the page that was used last: what is opened from the explorer goes there, or where pages are in sight. */
  private column: ViewColumn | undefined;

  constructor(
    private readonly root: Uri,
    private readonly sources: PageSources,
    private readonly keys: Partial<Record<shared.PageAction, string>>,
    private readonly memory: PageMemory,
    private readonly report: (problem: string, error?: unknown) => void,
  ) {
    super();
    for (const kind of shared.pageKinds) {
      this.register(
        window.registerWebviewPanelSerializer(viewType(kind), {
          deserializeWebviewPanel: async (panel, state) => this.restore(kind, panel, state),
        }),
      );
    }
  }

  async open(address: Address, { aside = false, column, preserveFocus = false, overlay }: OpenOptions = {}): Promise<void> {
    const kind = shared.kindOf(address);
    const where = column ?? (aside ? ViewColumn.Beside : this.target());
    const reused = aside ? undefined : [...this.panels].find((p) => p.kind === kind && p.panel.viewColumn === where && !isPinned(p.panel));
    if (reused) {
      if (overlay) this.overlays.set(reused, overlay);
      reused.show(address, preserveFocus);
      await this.arrived(reused, address);
      return;
    }
    const title = pageTitle(address, await runNameOf(this.sources.runs, address));
    const panel = window.createWebviewPanel(viewType(kind), title, { viewColumn: where, preserveFocus });
    const page = this.adopt(kind, panel, address);
    if (overlay) this.overlays.set(page, overlay);
    await this.arrived(page, address);
  }

  dashboards(): PagePanel[] {
    return [...this.panels].filter((p) => p.kind === 'dashboard');
  }

  get activeAddress(): Address | undefined {
    return this.active?.address;
  }

  act(action: shared.PageAction): void {
    this.active?.tell(shared.act, { action });
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
      page.tell(shared.changed, { run: change.run, upTo: change.upTo, identity: change.identity });
      if (change.identity && page.address.run === change.run) void this.retitle(page);
    }
  }

  /** Closes the pages of a run that was deleted. */
  forget(run: string): void {
    this.history.forget(run);
    for (const page of [...this.panels]) if (page.address.run === run) page.dispose();
  }

  override dispose(): void {
    for (const page of [...this.panels]) page.dispose();
    super.dispose();
  }

  private target(): ViewColumn {
    const visible = [...this.panels].find((p) => p.panel.visible);
    return this.active?.panel.viewColumn ?? this.column ?? visible?.panel.viewColumn ?? window.tabGroups.activeTabGroup.viewColumn;
  }

  private async restore(kind: shared.PageKind, panel: WebviewPanel, state: unknown): Promise<void> {
    const saved = savedState.safeParse(state);
    const address = saved.success ? saved.data.address : this.memory.find(viewType(kind), panel.title);
    if (!address || shared.kindOf(address) !== kind) {
      this.report(`A ${kind} tab could not be restored: it kept no address.`);
      panel.dispose();
      return;
    }
    const page = this.adopt(kind, panel, address);
    await this.retitle(page);
  }

  private adopt(kind: shared.PageKind, panel: WebviewPanel, address: Address): PagePanel {
    const page = new PagePanel(kind, panel, address, this.root, (problem, error) => this.report(`${kind}: ${problem}`, error));
    this.panels.add(page);
    answerShared(page.router, this.sources);
    answerKind(kind, page.router, this.sources, () => this.overlays.get(page) ?? []);
    page.router
      .on(shared.start, () => ({ address: page.start(), keys: this.keys }))
      .on(shared.open, async ({ address: to, aside }) => {
        await this.open(to, aside === true ? { aside } : { column: panel.viewColumn ?? ViewColumn.Active });
        return null;
      })
      .hear(shared.moved, ({ address: to }) => {
        if (shared.kindOf(to) !== kind) throw new Error(`A ${kind} page cannot show ${addressPath(to)}.`);
        page.address = to;
        void this.arrived(page, to);
      })
      .hear(shared.editing, ({ editing }) => {
        page.editing = editing;
        this.focusChanged();
      });
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
    const title = pageTitle(page.address, await runNameOf(this.sources.runs, page.address));
    if (page.disposed) return;
    if (page.panel.title !== title) page.panel.title = title;
    await this.memory.remember(viewType(page.kind), title, page.address);
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
    };
    for (const [key, value] of Object.entries(context)) void commands.executeCommand('setContext', key, value);
  }
}

/** A tab that a person has pinned keeps showing what it shows. */
function isPinned(panel: WebviewPanel): boolean {
  const tabs = window.tabGroups.all.find((g) => g.viewColumn === panel.viewColumn)?.tabs ?? [];
  return tabs.some(
    (t) => t.isPinned && t.label === panel.title && t.input instanceof TabInputWebview && t.input.viewType.endsWith(panel.viewType),
  );
}
