import { allRows } from '../../core/listPages.js';
import { TreeItem, TreeItemCollapsibleState } from 'vscode';
import { largest, smallest } from '../../core/extremes.js';
import { isEvaluation } from '../../core/methods.js';
import type { RunAddress } from '../../protocol/address.js';
import { modelOf } from '../../store/evaluatedModel.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { inOrderOfSuites, type BenchmarkView, type RunSummary } from '../../store/views.js';
import { columnsOf, keyColumns } from '../../contracts/benchmarkResults.js';
import { extentText, significant } from '../../core/format.js';
import { reveal } from '../../core/reveal.js';
import { boundsOf } from '../../protocol/metrics.js';
import { sparkline } from '../../words/sparklineText.js';
import { Leaf, Section, type RunRow, type TreeNode } from './treeNode.js';

/** A benchmark result of a run, or of an evaluation of one of its checkpoints. */
interface MeasuredResult extends BenchmarkView {
  /** The step whose weights were tested. */
  of: number;
  /** Name of the weights: `step 60`, or the model's name where no run here made them. */
  weights: string;
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

  private async measuredBy(run: RunSummary): Promise<MeasuredResult[]> {
    const results = (await allRows((after) => this.store.benchmarks(run.id, { after }))).sort(inOrderOfSuites);
    if (!isEvaluation(run.method)) return results.map((r) => ({ ...r, of: r.step, weights: `step ${r.step}`, at: { run: run.id } }));
    // An evaluation's own steps are its suites, and what was written at them can be read.
    const tested = run.parent?.step;
    const weights = tested === undefined ? await this.modelOf(run) : `step ${tested}`;
    // Of others' evaluations the step says something only where a suite was measured more than once.
    const isOneOf = (r: BenchmarkView): boolean =>
      tested === undefined && results.some((o) => o !== r && o.suite === r.suite && o.mode === r.mode);
    return results.map((r) => ({
      ...r,
      of: tested ?? r.step,
      weights: isOneOf(r) ? `${weights}, step ${r.step}` : weights,
      at: { run: run.id, step: r.step },
    }));
  }

  /** Names come from files: what hides in them is shown. */
  private async modelOf({ id, name }: RunSummary): Promise<string> {
    return reveal(modelOf((await this.store.run(id))?.resolved ?? {}) ?? name);
  }
}

class SuiteNode implements TreeNode {
  readonly id: string;

  /** @param results by step */
  constructor(
    readonly parent: BenchmarksNode,
    private readonly name: string,
    private readonly results: MeasuredResult[],
  ) {
    this.id = `suite:${parent.parent.run.id}:${name}`;
  }

  item(): TreeItem {
    const item = new TreeItem(this.name, TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const checkers = [...new Set(this.results.flatMap((r) => r.checker ?? []))];
    const values = this.results.flatMap((r) => r.value ?? []);
    const curve = sparkline(values, boundsOf('benchmark/'));
    const range = curve === '' ? '' : extentText(smallest(values), largest(values));
    const newest = significant(this.results.at(-1)?.value);
    item.description = [newest, curve].filter(Boolean).join(' ');
    const facts = [range, checkers.length > 0 ? `checked by ${checkers.join(', ')}` : ''].filter(Boolean);
    if (facts.length > 0) item.tooltip = `${this.name}: share of questions right, ${facts.join(', ')}`;
    item.accessibilityInformation = { label: [this.name, newest, range && `curve: ${range}`].filter(Boolean).join(', ') };
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
    private readonly result: MeasuredResult,
  ) {
    super(parent);
    this.id = `result:${parent.id}:${result.at.run}:${result.step}`;
  }

  item(): TreeItem {
    const { weights, at, value, n, checker } = this.result;
    const item = new TreeItem(weights);
    item.id = this.id;
    item.description = `${significant(value)} of ${n}`;
    item.tooltip = `${significant(value)} of ${n} questions right, ${weights}${checker ? `, checked by ${checker}` : ''}.`;
    const title = at.step === undefined ? 'Open Dashboard' : 'Open What the Model Wrote';
    item.command = { command: 'grpoLab.open', title, arguments: [at] };
    return item;
  }
}
