import type { TreeItem } from 'vscode';

/** One row of a tree. Nodes live as long as what they show, so that a change refreshes their row alone. */
export interface TreeNode {
  /** Stable through refreshes: keeps what is expanded and selected. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
  item(): TreeItem;
  children(): TreeNode[] | Promise<TreeNode[]>;
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
