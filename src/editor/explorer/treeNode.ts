import { ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { RunSummary } from '../../store/views.js';

/** One row of a tree. Nodes live as long as what they show, so that a change refreshes their row alone. */
export interface TreeNode {
  /** Stable through refreshes: keeps what is expanded and selected. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
  item(): TreeItem;
  children(): TreeNode[] | Promise<TreeNode[]>;
}

/** The row of a run, as the rows beneath it know it. */
export interface RunRow extends TreeNode {
  readonly run: RunSummary;
}

/** A node that has nothing beneath it. */
export abstract class Leaf implements TreeNode {
  abstract readonly id: string;
  constructor(readonly parent: TreeNode | undefined) {}
  abstract item(): TreeItem;
  children(): TreeNode[] {
    return [];
  }
}

/** A heading beneath a run, with what the run has of one kind. */
export abstract class Section implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: RunRow,
    private readonly label: string,
    private readonly icon: string,
  ) {
    this.id = `${label.toLowerCase()}:${parent.run.id}`;
  }

  item(): TreeItem {
    const item = new TreeItem(this.label, TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new ThemeIcon(this.icon);
    item.contextValue = this.label.toLowerCase();
    return item;
  }

  abstract children(): Promise<TreeNode[]>;
}
