import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { isEvaluation } from '../../core/stages.js';
import { isLive, type RunState, type RunSummary, type StoreClientQueries } from '../../store/views.js';
import { significant } from '../../../webview/shared/format.js';
import { originText, runDescription, runLabel } from '../../words/runText.js';
import { relativeTime } from '../../../webview/shared/format.js';
import { stagesBefore } from '../stageChain.js';
import { BenchmarksNode } from './benchmarkNodes.js';
import { CheckpointsNode } from './checkpointNodes.js';
import type { TreeNode } from './node.js';
import { ProblemsNode } from './problemsNode.js';
import { StepsNode } from './stepNodes.js';

const icons: Record<RunState, ThemeIcon> = {
  starting: new ThemeIcon('loading~spin'),
  running: new ThemeIcon('sync~spin', new ThemeColor('charts.blue')),
  finished: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  stopped: new ThemeIcon('debug-pause'),
  failed: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
  died: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
};

/** One run: state, live step, reward and time left; what it has produced beneath. */
export class RunNode implements TreeNode {
  readonly id: string;
  readonly benchmarks: BenchmarksNode;
  /** What it builds on, in words: its weights, and the reward model that it asks. */
  private origins: string[] = [];
  private readonly steps: StepsNode;
  private readonly checkpoints: CheckpointsNode;
  private readonly problems: ProblemsNode;

  constructor(
    public parent: TreeNode | undefined,
    public run: RunSummary,
    store: StoreClientQueries,
  ) {
    this.id = `run:${run.id}`;
    this.steps = new StepsNode(this, store);
    this.checkpoints = new CheckpointsNode(this, store);
    this.benchmarks = new BenchmarksNode(this, store);
    this.problems = new ProblemsNode(this);
  }

  /** @param byId all runs, in which it finds those that its weights come from */
  place(run: RunSummary, byId: ReadonlyMap<string, RunSummary>): void {
    this.run = run;
    const { rewardModel } = run;
    const asked = rewardModel && `reward model of ${byId.get(rewardModel.run)?.name ?? rewardModel.run}@${rewardModel.step}`;
    this.origins = [originText(run, stagesBefore(run, byId)), asked ?? ''].filter(Boolean);
  }

  item(): TreeItem {
    const { run } = this;
    const item = new TreeItem(runLabel(run), TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const description = runDescription(run);
    item.description = isEvaluation(run.method) && run.parent ? `of step ${run.parent.step} · ${description}` : description;
    item.iconPath = icons[run.state];
    item.contextValue = isLive(run.state) ? 'run.live' : run.state === 'finished' ? 'run.finished' : 'run.resumable';
    item.tooltip = runTooltip(run, this.origins, Date.now());
    item.accessibilityInformation = { label: `${runLabel(run)} of ${run.experiment}, ${run.state}, ${runDescription(run)}` };
    item.command = { command: 'grpoLab.run.open', title: 'Open Dashboard', arguments: [run.id] };
    return item;
  }

  children(): TreeNode[] {
    const { run, steps, checkpoints, benchmarks, problems } = this;
    // What an evaluation keeps of the weights it tests is there to resume it, and makes nothing new.
    const made = isEvaluation(run.method) ? [steps, benchmarks] : [steps, checkpoints, benchmarks];
    return run.problems > 0 ? [...made, problems] : made;
  }
}

function runTooltip(run: RunSummary, origins: readonly string[], now: number): MarkdownString {
  const text = new MarkdownString('', true);
  text.appendMarkdown(`**${escape(run.name)}** · ${run.state}`);
  if (run.message) text.appendText(`\n${run.message}`);
  text.appendMarkdown(
    `\n\n${escape(run.method)} on ${escape(run.backend)} · started ${relativeTime(run.created, now)} (${escape(run.created)})`,
  );
  if (run.importedFrom !== null) text.appendMarkdown(`\n\nimported from ${escape(run.importedFrom)}`);
  for (const origin of origins) text.appendMarkdown(`\n\n${escape(origin)}`);
  const shown = Object.entries(run.latest).slice(0, 12);
  if (shown.length > 0)
    text.appendMarkdown(`\n\n| metric | newest |\n|---|---:|\n${shown.map(([m, v]) => `| ${escape(m)} | ${significant(v)} |`).join('\n')}`);
  return text;
}

const escape = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>&]/g, '\\$&').replace(/\s+/g, ' ');
