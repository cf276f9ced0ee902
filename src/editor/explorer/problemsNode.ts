import { ThemeColor, ThemeIcon, TreeItem } from 'vscode';
import { Leaf, type RunRow } from './treeNode.js';

/** Events of a run that could not be used. */
export class ProblemsNode extends Leaf {
  constructor(override readonly parent: RunRow) {
    super(parent);
  }

  get id(): string {
    return `problems:${this.parent.run.id}`;
  }

  item(): TreeItem {
    const n = this.parent.run.problems;
    const item = new TreeItem(n === 1 ? '1 event could not be read' : `${n} events could not be read`);
    item.id = this.id;
    item.iconPath = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    item.command = { command: 'grpoLab.run.showProblems', title: 'Show Problems', arguments: [this.parent.run.id] };
    return item;
  }
}
