import { allRows } from '../../core/listPages.js';
import { ThemeIcon, TreeItem } from 'vscode';
import type { StoreClientQueries } from '../../store/questions.js';
import type { StepSummary } from '../../store/views.js';
import { stepDescription } from '../../words/stepText.js';
import { Leaf, Section, type RunRow, type TreeNode } from './treeNode.js';

const PAGE = 50;

/** The steps of a run, newest first, a page at a time. */
export class StepsNode extends Section {
  private pages = 1;

  constructor(
    parent: RunRow,
    private readonly store: StoreClientQueries,
  ) {
    super(parent, 'Steps', 'list-ordered');
  }

  override item(): TreeItem {
    const item = super.item();
    item.description = String(this.parent.run.step);
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const limit = this.pages * PAGE;
    const steps = await allRows((before) => this.store.steps(this.parent.run.id, { before }), limit + 1);
    const nodes: TreeNode[] = steps.slice(0, limit).map((s) => new StepNode(this, this.parent.run.id, s));
    return steps.length > limit ? [...nodes, new MoreStepsNode(this)] : nodes;
  }

  showMore(): void {
    this.pages++;
  }
}

export class StepNode extends Leaf {
  readonly id: string;

  constructor(
    parent: TreeNode,
    readonly run: string,
    readonly step: StepSummary,
  ) {
    super(parent);
    this.id = `step:${run}:${step.step}`;
  }

  item(): TreeItem {
    const { step } = this.step;
    const item = new TreeItem(String(step));
    item.id = this.id;
    item.description = stepDescription(this.step);
    item.contextValue = this.step.groups > 0 ? 'step' : 'step.empty';
    item.accessibilityInformation = { label: `Step ${step}, reward ${stepDescription(this.step)}` };
    // A step without groups (supervised fine-tuning) has its curves only.
    const address = this.step.groups > 0 ? { run: this.run, step } : { run: this.run };
    item.command = { command: 'grpoLab.open', title: 'Open Groups', arguments: [address] };
    return item;
  }
}

export class MoreStepsNode extends Leaf {
  readonly id: string;

  constructor(readonly steps: StepsNode) {
    super(steps);
    this.id = `${steps.id}:more`;
  }

  item(): TreeItem {
    const item = new TreeItem('Show older steps…');
    item.id = this.id;
    item.iconPath = new ThemeIcon('ellipsis');
    item.command = { command: 'grpoLab.explorer.moreSteps', title: 'Show Older Steps', arguments: [this] };
    return item;
  }
}
