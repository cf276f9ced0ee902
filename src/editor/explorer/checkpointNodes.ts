import { ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { CheckpointView, StoreClientQueries } from '../../store/views.js';
import { bytes } from '../../words/bytes.js';
import { relativeTime } from '../../../webview/shared/format.js';
import { Leaf, type TreeNode } from './node.js';
import type { RunNode } from './runNode.js';

/** The checkpoints of a run that still exist. */
export class CheckpointsNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: RunNode,
    private readonly store: StoreClientQueries,
  ) {
    this.id = `checkpoints:${parent.run.id}`;
  }

  item(): TreeItem {
    const item = new TreeItem('Checkpoints', TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new ThemeIcon('save-all');
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const checkpoints = await this.store.checkpoints(this.parent.run.id);
    return checkpoints.sort((a, b) => b.step - a.step).map((c) => new CheckpointNode(this, this.parent.run.id, c));
  }
}

export class CheckpointNode extends Leaf {
  readonly id: string;

  constructor(
    parent: TreeNode,
    readonly run: string,
    readonly checkpoint: CheckpointView,
  ) {
    super(parent);
    this.id = `checkpoint:${run}:${checkpoint.path}`;
  }

  item(): TreeItem {
    const { step, bytes: size, time, path } = this.checkpoint;
    const item = new TreeItem(`step ${step}`);
    item.id = this.id;
    item.description = `${bytes(size)} · ${relativeTime(time, Date.now())}`;
    item.tooltip = `${path}, written ${time}. Another experiment can start from it: policy: { from: ${this.run}@${step} }`;
    item.iconPath = new ThemeIcon('save');
    item.contextValue = 'checkpoint';
    return item;
  }
}
