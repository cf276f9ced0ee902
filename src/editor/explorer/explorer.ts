import { commands, window, type TreeView, type Uri } from 'vscode';
import { isLive } from '../../store/views.js';
import type { Bookmarks } from '../bookmarks.js';
import { Disposable } from '../disposable.js';
import type { Diagnoses } from '../doctor/diagnoses.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import type { Labs } from '../labs.js';
import type { Runs } from '../runs.js';
import { DroppedFiles } from '../imports/droppedFiles.js';
import { BookmarksTree } from './bookmarksTree.js';
import { ExperimentsTree } from './experimentsTree.js';
import { FindingMarks } from './findingMarks.js';
import type { TreeNode } from './treeNode.js';
import { MoreStepsNode } from './stepNodes.js';

export interface ExplorerSources {
  files: ExperimentFiles;
  runs: Runs;
  labs: Labs;
  diagnoses: Pick<Diagnoses, 'summary' | 'onDidLearn'>;
  bookmarks: Bookmarks;
  /** The extension's folder, which holds the icons. */
  extension: Uri;
}

/** The activity-bar views, and the badge that counts running runs. */
export class Explorer extends Disposable {
  private readonly tree: ExperimentsTree;
  private readonly view: TreeView<TreeNode>;

  constructor(private readonly sources: ExplorerSources) {
    super();
    const { files, runs, labs, diagnoses, bookmarks, extension } = sources;
    this.tree = this.register(new ExperimentsTree(files, runs, labs.ask, diagnoses));
    this.register(window.registerFileDecorationProvider(this.register(new FindingMarks(runs, diagnoses))));
    const dropped = new DroppedFiles((first, all) => commands.executeCommand('grpoLab.openAsRun', first, all));
    this.view = this.register(
      window.createTreeView('grpoLab.experiments', {
        treeDataProvider: this.tree,
        showCollapseAll: true,
        canSelectMany: true,
        dragAndDropController: dropped,
      }),
    );
    this.view.message = 'Reading runs…';
    this.register(this.tree.onDidLoad(() => void this.allRead()));
    const marked = this.register(new BookmarksTree(bookmarks, runs, labs.ask, extension));
    this.register(window.createTreeView('grpoLab.bookmarks', { treeDataProvider: marked }));
    this.register(runs.onDidUpdate(() => void this.countRunning()));
  }

  /** Waits until everything has been read: only then is it known whether there is nothing to show. */
  private async allRead(): Promise<void> {
    if (this.view.message === undefined) return;
    await this.sources.labs.caughtUp().catch(() => undefined); // what cannot be read is told where it is asked for
    this.view.message = undefined;
    await commands.executeCommand('setContext', 'grpoLab.loaded', true);
  }

  showMore(row: unknown): void {
    if (!(row instanceof MoreStepsNode)) return;
    row.steps.showMore();
    this.tree.refresh(row.steps);
  }

  async refresh(): Promise<void> {
    this.sources.files.refresh();
    await this.sources.runs.reload();
    this.tree.refresh();
  }

  /** Selects a run's row, if the explorer is in sight. */
  async reveal(run: string): Promise<void> {
    const node = this.view.visible ? await this.tree.nodeOf(run) : undefined;
    if (node) await this.view.reveal(node, { select: true, focus: false });
  }

  async countRunning(): Promise<void> {
    const running = (await this.sources.runs.all()).filter((r) => isLive(r.state) && r.quietSince === null).length;
    this.view.badge =
      running === 0 ? undefined : { value: running, tooltip: running === 1 ? '1 run is going' : `${running} runs are going` };
  }
}
