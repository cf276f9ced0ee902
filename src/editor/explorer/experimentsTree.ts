import { EventEmitter, type Event, type TreeDataProvider, type TreeItem } from 'vscode';
import type { StoreClientQueries } from '../../store/questions.js';
import type { RunSummary } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import type { Diagnoses } from '../doctor/diagnoses.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import type { Runs, RunUpdate } from '../runs.js';
import { belongs, ExperimentNode } from './experimentNode.js';
import { BenchmarksNode } from './benchmarkNodes.js';
import { evaluatedBy } from './evaluations.js';
import type { TreeNode } from './treeNode.js';
import { RunNode } from './runNode.js';
import { sourceText } from '../../words/runText.js';

/** Experiments with their runs beneath, and beneath those what evaluated them. A run that changes refreshes its own rows only. */
export class ExperimentsTree extends Disposable implements TreeDataProvider<TreeNode> {
  private readonly changed = this.register(new EventEmitter<TreeNode | undefined>());
  readonly onDidChangeTreeData: Event<TreeNode | undefined> = this.changed.event;
  private readonly loaded = this.register(new EventEmitter<void>());
  /** Fires when the list has been made, from what has been read so far. */
  readonly onDidLoad: Event<void> = this.loaded.event;
  private readonly nodes = new Map<string, RunNode>();

  constructor(
    private readonly files: ExperimentFiles,
    private readonly runs: Runs,
    private readonly store: StoreClientQueries,
    private readonly diagnoses: Pick<Diagnoses, 'summary' | 'onDidLearn'>,
  ) {
    super();
    this.register(
      diagnoses.onDidLearn((run) => {
        const node = this.nodes.get(run);
        if (node) this.changed.fire(node);
      }),
    );
    this.register(files.onDidChange(() => this.refresh()));
    this.register(runs.onDidUpdate((updates) => this.update(updates)));
  }

  async resolveTreeItem(item: TreeItem, node: TreeNode): Promise<TreeItem> {
    if (node instanceof RunNode) item.tooltip = await node.tooltip();
    return item;
  }

  getTreeItem(node: TreeNode): TreeItem {
    return node.item();
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  getChildren(node?: TreeNode): TreeNode[] | Promise<TreeNode[]> {
    return node ? node.children() : this.roots();
  }

  /** The row of a run, to reveal it. */
  async nodeOf(run: string): Promise<RunNode | undefined> {
    if (!this.nodes.has(run)) await this.roots();
    return this.nodes.get(run);
  }

  refresh(node?: TreeNode): void {
    this.changed.fire(node);
  }

  private async roots(): Promise<TreeNode[]> {
    const [files, runs] = await Promise.all([this.files.all(), this.runs.all()]);
    this.loaded.fire();
    const experiments = files.map((f) => ({ file: f, node: new ExperimentNode(f.uri.toString(), f.name, f.summary, f.errors, f.uri) }));
    const gone = new Map<string, ExperimentNode>();
    for (const id of this.nodes.keys()) if (!runs.some((r) => r.id === id)) this.nodes.delete(id);
    const byId = new Map(runs.map((r) => [r.id, r]));
    for (const run of runs) this.nodes.get(run.id)?.benchmarks.evaluations.splice(0);
    for (const run of runs) {
      const evaluated = evaluatedBy(run, byId);
      if (evaluated) {
        const { benchmarks } = this.nodeFor(evaluated, byId);
        benchmarks.evaluations.push(this.nodeFor(run, byId, benchmarks));
        continue;
      }
      const owner =
        experiments.find(({ file }) => run.experimentPath === file.uri.fsPath) ?? experiments.find(({ file }) => belongs(run, file));
      let experiment = owner?.node ?? gone.get(run.experiment);
      if (!experiment) {
        experiment = new ExperimentNode(
          `gone:${run.experiment}`,
          run.experiment,
          run.importedFrom === null ? `${run.method} · no file here` : sourceText(run),
          0,
          undefined,
        );
        gone.set(run.experiment, experiment);
      }
      experiment.runs.push(this.nodeFor(run, byId, experiment));
    }
    return [...experiments.map((e) => e.node), ...[...gone.values()].map(inOneRow)];
  }

  /**
   * The row of a run; made when it is first needed.
   * @param parent the row above it, where that is known
   */
  private nodeFor(run: RunSummary, byId: ReadonlyMap<string, RunSummary>, parent?: TreeNode): RunNode {
    const node = this.nodes.get(run.id) ?? new RunNode(parent, run, this.store, (of) => this.diagnoses.summary(of));
    if (parent) {
      node.parent = parent;
      node.stands = 'beneath';
    }
    node.place(run, byId);
    this.nodes.set(run.id, node);
    return node;
  }

  private update(updates: RunUpdate[]): void {
    // A run that came, went or was renamed changes the list; any other change its own row.
    const list = updates.some(({ before, after }) => before?.name !== after?.name);
    for (const { id, after } of updates) {
      const node = this.nodes.get(id);
      if (!node || !after) continue;
      node.run = after;
      // What an evaluation has measured stands in the rows beside it.
      if (!list) this.changed.fire(node.parent instanceof BenchmarksNode ? node.parent : node);
    }
    if (list) this.changed.fire(undefined);
  }
}

/** An experiment without a file has nothing to open or launch: with a single run, that run says it all. */
function inOneRow(experiment: ExperimentNode): TreeNode {
  const [run] = experiment.runs;
  if (experiment.runs.length !== 1) return experiment;
  run.parent = undefined;
  run.stands = 'alone';
  return run;
}
