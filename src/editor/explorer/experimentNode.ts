import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type Uri } from 'vscode';
import type { RunSummary } from '../../store/views.js';
import type { TreeNode } from './treeNode.js';
import type { RunNode } from './runNode.js';

/** An experiment: its file, when there is one, with its runs beneath. */
export class ExperimentNode implements TreeNode {
  readonly parent = undefined;
  /** Newest first. */
  runs: RunNode[] = [];

  constructor(
    readonly key: string,
    public name: string,
    public summary: string,
    public errors: number,
    readonly uri: Uri | undefined,
  ) {}

  /** VS Code opens a row when it first sees its id, not when the row gets its first child: with runs it is another row. */
  get id(): string {
    return `experiment:${this.key}${this.runs.length > 0 ? '' : ':empty'}`;
  }

  item(): TreeItem {
    // Open at first sight: the runs are what one comes for. VS Code remembers what a person closes.
    const item = new TreeItem(this.name, this.runs.length > 0 ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None);
    item.id = this.id;
    item.description = this.summary;
    item.iconPath = this.errors > 0 ? new ThemeIcon('warning', new ThemeColor('list.warningForeground')) : new ThemeIcon('beaker');
    item.contextValue = this.uri ? 'experiment' : 'experiment.gone';
    item.tooltip = this.uri?.fsPath ?? `The file of ${this.name} is not in this workspace; its runs are.`;
    item.accessibilityInformation = { label: `Experiment ${this.name}, ${this.summary}, ${this.runs.length} runs` };
    if (this.uri) item.command = { command: 'vscode.open', title: 'Open Experiment', arguments: [this.uri] };
    return item;
  }

  children(): TreeNode[] {
    return this.runs;
  }
}

/** Whether a run belongs to an experiment file: it was launched from it, or (moved or copied since) carries its name. */
export const belongs = (run: RunSummary, file: { uri: Uri; name: string }): boolean =>
  run.experimentPath === file.uri.fsPath || run.experiment === file.name;
