import { TreeItem, TreeItemCollapsibleState } from 'vscode';
import { isEvaluation } from '../../core/stages.js';
import type { RunAddress } from '../../protocol/address.js';
import type { BenchmarkView, RunSummary, StoreClientQueries } from '../../store/views.js';
import { columnsOf, keyColumns } from '../../../webview/benchmarks/results.js';
import { significant } from '../../../webview/shared/format.js';
import { boundsOf } from '../../protocol/metrics.js';
import { sparkline } from '../../words/sparkline.js';
import { Leaf, Section, type RunRow, type TreeNode } from './node.js';

/** A result of a run's own or of an evaluation of one of its checkpoints. */
interface Measured extends BenchmarkView {
  /** The step whose weights were tested. */
  of: number;
  /** Where it was measured. */
  at: RunAddress;
}

/**
 * Benchmark results of a run: one row per suite and mode (of Maj@K and Pass@K the largest K; the page has all), its results over the
 * steps beneath; then the evaluations of its checkpoints.
 */
export class BenchmarksNode extends Section {
  /** Newest first. */
  readonly evaluations: RunRow[] = [];

  constructor(
    parent: RunRow,
    private readonly store: StoreClientQueries,
  ) {
    super(parent, 'Benchmarks', 'graph-line');
  }

  async children(): Promise<TreeNode[]> {
    const measured = await Promise.all([this.parent, ...this.evaluations].map(({ run }) => this.measuredBy(run)));
    const results = measured.flat().sort((a, b) => a.of - b.of);
    const rows = keyColumns(columnsOf(results)).map(({ suite, mode }) => {
      const of = results.filter((r) => r.suite === suite && r.mode === mode);
      return new SuiteNode(this, `${suite} ${mode}`, of);
    });
    return [...rows, ...this.evaluations];
  }

  private async measuredBy(run: RunSummary): Promise<Measured[]> {
    const results = await this.store.benchmarks(run.id);
    // An evaluation's own steps are its suites, and what was written at them can be read.
    const elsewhere = isEvaluation(run.method) && run.parent;
    return results.map((r) => ({
      ...r,
      of: elsewhere ? elsewhere.step : r.step,
      at: isEvaluation(run.method) ? { run: run.id, step: r.step } : { run: run.id },
    }));
  }
}

class SuiteNode implements TreeNode {
  readonly id: string;

  /** @param results by step */
  constructor(
    readonly parent: BenchmarksNode,
    private readonly name: string,
    private readonly results: Measured[],
  ) {
    this.id = `suite:${parent.parent.run.id}:${name}`;
  }

  item(): TreeItem {
    const item = new TreeItem(this.name, TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const checkers = [...new Set(this.results.flatMap((r) => r.checker ?? []))];
    if (checkers.length > 0) item.tooltip = `${this.name}: share of questions right, checked by ${checkers.join(', ')}`;
    const values = this.results.flatMap((r) => r.value ?? []);
    const curve = sparkline(values, boundsOf('benchmark/'));
    item.description = [significant(this.results.at(-1)?.value), curve].filter(Boolean).join(' ');
    return item;
  }

  children(): TreeNode[] {
    return this.results.toReversed().map((r) => new ResultNode(this, r));
  }
}

class ResultNode extends Leaf {
  readonly id: string;

  constructor(
    parent: SuiteNode,
    private readonly result: Measured,
  ) {
    super(parent);
    this.id = `result:${parent.id}:${result.at.run}:${result.step}`;
  }

  item(): TreeItem {
    const { of, at, value, n, checker } = this.result;
    const item = new TreeItem(`step ${of}`);
    item.id = this.id;
    item.description = `${significant(value)} of ${n}`;
    item.tooltip = `${significant(value)} of ${n} questions right at step ${of}${checker ? `, checked by ${checker}` : ''}.`;
    const title = at.step === undefined ? 'Open Dashboard' : 'Open What the Model Wrote';
    item.command = { command: 'grpoLab.open', title, arguments: [at] };
    return item;
  }
}
