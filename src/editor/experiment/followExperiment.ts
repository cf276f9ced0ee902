import { ViewColumn, window, type TextEditor, type Uri } from 'vscode';
import { runOf } from '../../protocol/address.js';
import { Disposable } from '../disposable.js';
import { belongs } from '../explorer/experimentNode.js';
import { isExperiment, type ExperimentFiles } from '../experimentFiles.js';
import type { PagePanel } from '../pages/pagePanel.js';
import type { Pages } from '../pages/pages.js';
import { isPinned } from '../pages/sleepingTabs.js';
import type { Runs, RunUpdate } from '../runs.js';
import { settings } from '../settings.js';
import { textInFront } from './inFront.js';

/** Keeps the visible dashboard on the experiment that is being edited. */
export class Follow extends Disposable {
  constructor(
    private readonly files: ExperimentFiles,
    private readonly runs: Runs,
    private readonly pages: Pages,
  ) {
    super();
    this.register(window.onDidChangeActiveTextEditor((editor) => void this.follow(editor)));
    this.register(runs.onDidUpdate((updates) => updates.forEach((u) => void this.goOn(u))));
  }

  /** The newest run of an experiment file. */
  async newestRun(uri: Uri): Promise<string | undefined> {
    const file = await this.files.find(uri);
    return file && (await this.runs.all()).find((r) => belongs(r, file))?.id;
  }

  /** Opens the dashboard of a run beside the editor of its experiment, which keeps the focus. */
  async openBeside(run: string): Promise<void> {
    const text = textInFront();
    const elsewhere = this.pages.dashboards().filter((p) => p.panel.viewColumn !== text?.column);
    const page = elsewhere.find((p) => p.panel.visible) ?? elsewhere.at(0);
    if (page) await this.show(page, run);
    else await this.pages.open({ run }, { preserveFocus: true, ...(text && { column: ViewColumn.Beside }) });
  }

  private async follow(editor: TextEditor | undefined): Promise<void> {
    const page = this.visibleDashboard();
    if (!page || !editor || !isExperiment(editor.document) || !settings.dashboardFollows()) return;
    if (page.panel.viewColumn === editor.viewColumn) return;
    const file = await this.files.find(editor.document.uri);
    const own = file ? (await this.runs.all()).filter((r) => belongs(r, file)) : [];
    // A run of this experiment that was chosen by hand stays.
    const newest = own.at(0);
    if (newest && !own.some((r) => r.id === runOf(page.address))) await this.moveOn(page, newest.id);
  }

  /** Moves the dashboard along a chain: when the run that it shows has provided what the next run waited for, it goes on to that one. */
  private async goOn({ before, after }: RunUpdate): Promise<void> {
    const page = this.visibleDashboard();
    if (!page || !settings.dashboardFollows() || !before || !after) return;
    // A run that waited learns of what it builds on when its turn comes.
    const learned = [!before.parent && after.parent, !before.rewardModel && after.rewardModel];
    if (learned.some((origin) => origin && origin.run === runOf(page.address))) await this.moveOn(page, after.id);
  }

  private visibleDashboard(): PagePanel | undefined {
    return this.pages.dashboards().find((p) => p.panel.visible);
  }

  /** A tab that is pinned keeps its run: the other one is opened beside it. */
  private moveOn(page: PagePanel, run: string): Promise<void> {
    return isPinned(page.panel) ? this.show(page, run) : this.pages.moveOn(page, { run });
  }

  private show(page: PagePanel, run: string): Promise<void> {
    const column = page.panel.viewColumn;
    return this.pages.open({ run }, { preserveFocus: true, ...(column !== undefined && { column }) });
  }
}
