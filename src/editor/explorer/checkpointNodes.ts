import { allRows } from '../../core/listPages.js';
import { ThemeIcon, TreeItem } from 'vscode';
import type { StoreClientQueries } from '../../store/questions.js';
import type { CheckpointView } from '../../store/views.js';
import { bytes } from '../../words/bytes.js';
import { relativeTime } from '../../core/format.js';
import { Leaf, Section, type RunRow, type TreeNode } from './treeNode.js';

/** The checkpoints of a run that still exist. */
export class CheckpointsNode extends Section {
  constructor(
    parent: RunRow,
    private readonly store: StoreClientQueries,
  ) {
    super(parent, 'Checkpoints', 'save-all');
  }

  async children(): Promise<TreeNode[]> {
    const checkpoints = await allRows((after) => this.store.checkpoints(this.parent.run.id, { after }));
    return checkpoints.map((c) => new CheckpointNode(this, this.parent.run.id, c));
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
