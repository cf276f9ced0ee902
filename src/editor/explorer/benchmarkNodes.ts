import { ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { BenchmarkView, StoreClientQueries } from '../../store/views.js';
import { significant } from '../../../webview/shared/format.js';
import { sparkline } from '../../words/sparkline.js';
import { Leaf, type TreeNode } from './node.js';
import type { RunNode } from './runNode.js';

/** Benchmark results of a run: one row per suite and mode, its results over the steps beneath. */
export class BenchmarksNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: RunNode,
    private readonly store: StoreClientQueries,
  ) {
    this.id = `benchmarks:${parent.run.id}`;
  }

  item(): TreeItem {
    const item = new TreeItem('Benchmarks', TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    item.iconPath = new ThemeIcon('graph-line');
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const { id } = this.parent.run;
    const results = (await this.store.benchmarks(id)).sort((a, b) => a.step - b.step);
    const names = new Set(results.map(suiteName));
    return [...names].map(
      (name) =>
        new SuiteNode(
          this,
          id,
          name,
          results.filter((r) => suiteName(r) === name),
        ),
    );
  }
}

const suiteName = (b: BenchmarkView): string => `${b.suite} ${b.mode}`;

class SuiteNode implements TreeNode {
  readonly id: string;

  /** @param results by step */
  constructor(
    readonly parent: TreeNode,
    private readonly run: string,
    private readonly name: string,
    private readonly results: BenchmarkView[],
  ) {
    this.id = `suite:${run}:${name}`;
  }

  item(): TreeItem {
    const item = new TreeItem(this.name, TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const checkers = [...new Set(this.results.flatMap((r) => r.checker ?? []))];
    if (checkers.length > 0) item.tooltip = `${this.name}: share of questions right, checked by ${checkers.join(', ')}`;
    const curve = sparkline(this.results.flatMap((r) => r.value ?? []));
    item.description = [significant(this.results.at(-1)?.value), curve].filter(Boolean).join(' ');
    return item;
  }

  children(): TreeNode[] {
    return this.results.toReversed().map((r) => new ResultNode(this, this.run, r));
  }
}

class ResultNode extends Leaf {
  readonly id: string;

  constructor(
    parent: TreeNode,
    private readonly run: string,
    private readonly result: BenchmarkView,
  ) {
    super(parent);
    this.id = `result:${run}:${result.suite}:${result.mode}:${result.step}`;
  }

  item(): TreeItem {
    const { step, value, n, checker } = this.result;
    const item = new TreeItem(`step ${step}`);
    item.id = this.id;
    item.description = `${significant(value)} of ${n}`;
    item.tooltip = `${significant(value)} of ${n} questions right at step ${step}${checker ? `, checked by ${checker}` : ''}.`;
    item.command = { command: 'grpoLab.run.open', title: 'Open Dashboard', arguments: [this.run] };
    return item;
  }
}
