import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type MarkdownString } from 'vscode';
import type { LastExamination } from '../../examination/lastExamination.js';
import { lastExaminationText } from '../../examination/lastExaminationText.js';
import { isEvaluation } from '../../core/methods.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { shownState, type RunSummary, type ShownState } from '../../store/views.js';
import { diskUse } from '../../protocol/diskUse.js';
import {
  loneLabel,
  originText,
  runDescription,
  runLabel,
  shortened,
  sourceText,
  spokenDescription,
  stateText,
} from '../../words/runText.js';
import { stagesBefore } from '../stageChain.js';
import { BenchmarksNode } from './benchmarkNodes.js';
import { findingsUri } from './findingMarks.js';
import { CheckpointsNode } from './checkpointNodes.js';
import type { RunRow, TreeNode } from './treeNode.js';
import { ProblemsNode } from './problemsNode.js';
import { runTooltip } from './runTooltip.js';
import { StepsNode } from './stepNodes.js';

const icons: Record<ShownState, ThemeIcon> = {
  starting: new ThemeIcon('loading~spin'),
  running: new ThemeIcon('sync~spin', new ThemeColor('charts.blue')),
  quiet: new ThemeIcon('watch'),
  finished: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  stopped: new ThemeIcon('debug-pause'),
  failed: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
  died: new ThemeIcon('error', new ThemeColor('testing.iconFailed')),
};

/** Longer names are cut in the middle, so that there is room for what stands beside them; the tooltip has them whole. */
const LABEL = 22;

/** Which context menu a row has, by the state of its run. */
const kinds: Record<ShownState, 'live' | 'quiet' | 'finished' | 'resumable'> = {
  starting: 'live',
  running: 'live',
  quiet: 'quiet',
  finished: 'finished',
  stopped: 'resumable',
  failed: 'resumable',
  died: 'resumable',
};

/** One run: state, live step, reward and time left; what it has produced beneath. */
export class RunNode implements RunRow {
  readonly id: string;
  readonly benchmarks: BenchmarksNode;
  /** Alone: the only run of an experiment whose file is not here, in one row with it. */
  stands: 'alone' | 'beneath' = 'beneath';
  /** What it builds on, in words: its weights, and the reward model that it asks. */
  private origins: string[] = [];
  private readonly steps: StepsNode;
  private readonly checkpoints: CheckpointsNode;
  private readonly problems: ProblemsNode;

  constructor(
    public parent: TreeNode | undefined,
    public run: RunSummary,
    private readonly store: StoreClientQueries,
    /** What was found in it last. */
    private readonly found: (run: RunSummary) => LastExamination | undefined,
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
    const rewardOrigin = rewardModel && `reward model of ${byId.get(rewardModel.run)?.name ?? rewardModel.run}@${rewardModel.step}`;
    this.origins = [originText(run, stagesBefore(run, byId)), rewardOrigin ?? ''].filter(Boolean);
  }

  item(): TreeItem {
    const { run } = this;
    const label = this.stands === 'alone' ? loneLabel(run) : runLabel(run);
    const item = new TreeItem(shortened(label, LABEL), TreeItemCollapsibleState.Collapsed);
    item.id = this.id;
    const tested = isEvaluation(run.method) && run.parent ? `of step ${run.parent.step}` : '';
    const source = this.stands === 'alone' ? `${sourceText(run)}${run.importedFrom === null ? ' · no file here' : ''}` : '';
    const beside = (text: string): string => [tested, source, text].filter(Boolean).join(' · ');
    item.description = beside(runDescription(run));
    item.iconPath = icons[shownState(run)];
    item.contextValue = `run.${kinds[shownState(run)]}`;
    const whole = this.stands === 'alone' ? label : `${label} of ${run.experiment}`;
    const found = this.findings();
    const spoken = [whole, stateText(run), beside(spokenDescription(run)), ...(found === undefined ? [] : [found])];
    item.accessibilityInformation = { label: spoken.join(', ') };
    // Its label and its icon stay; findings are a mark beside them, see findingMarks.ts.
    item.resourceUri = findingsUri(run.id);
    item.command = { command: 'grpoLab.run.open', title: 'Open Dashboard', arguments: [run.id] };
    return item;
  }

  /** Made only when somebody points at the row, because it measures the run's folder. */
  async tooltip(): Promise<MarkdownString> {
    const detail = await this.store.run(this.run.id);
    const disk = detail && (await diskUse(detail.directory).catch(() => null)); // not to be measured: the tooltip says so
    return runTooltip(this.run, [...this.origins, this.findings() ?? ''].filter(Boolean), disk, Date.now());
  }

  /** In words; undefined where nothing was found, or nothing is known. */
  private findings(): string | undefined {
    const last = this.found(this.run);
    return last && last.findings.length > 0 ? lastExaminationText(last, this.run.step) : undefined;
  }

  children(): TreeNode[] {
    const { run, steps, checkpoints, benchmarks, problems } = this;
    // What an evaluation keeps of the weights it tests is there to resume it, and makes nothing new.
    const made = isEvaluation(run.method) ? [steps, benchmarks] : [steps, checkpoints, benchmarks];
    return run.problems > 0 ? [...made, problems] : made;
  }
}
