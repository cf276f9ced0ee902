import { CodeLens, EventEmitter, languages, type CodeLensProvider, type Command, type Event, type TextDocument } from 'vscode';
import { methods } from '../../core/methods.js';
import type { Experiment } from '../../experiment/schema.js';
import { ExperimentSource } from '../../experiment/yamlSource.js';
import { isLive, shownState, type ShownState } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import { COMPARED } from '../commands/compareCommands.js';
import { belongs } from '../explorer/experimentNode.js';
import { experimentDocuments } from '../experimentFiles.js';
import type { Runs } from '../runs.js';
import { curveRange, runLine } from '../../words/runText.js';
import { describeExperiment } from './describe.js';
import { vsRange } from './ranges.js';

const marks: Record<ShownState, string> = {
  starting: '$(loading~spin)',
  running: '$(sync~spin)',
  quiet: '$(watch)',
  finished: '$(check)',
  stopped: '$(debug-pause)',
  failed: '$(error)',
  died: '$(error)',
};

/**
 * Milliseconds between two signs that the lenses have changed. VS Code asks for them a while after the last sign, longer on a busy machine:
 * signs as fast as a quick run's steps would keep it from asking until the run has ended.
 */
const signGapMs = 1000;

/** It samples solutions, and its reward judges them. */
const canBeTried = ({ method: { name } }: Experiment): boolean => methods[name].from === 'samples' && methods[name].trains !== 'nothing';

/** Above the experiment's name: launch it, try it first, the run that matters now, compare its latest runs. */
export class ExperimentLenses extends Disposable implements CodeLensProvider {
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChangeCodeLenses: Event<void> = this.changed.event;

  private sign: NodeJS.Timeout | undefined;
  private lastSign = -Infinity;

  constructor(private readonly runs: Runs) {
    super();
    this.register(runs.onDidUpdate(() => this.signSoon()));
    this.register({ dispose: () => clearTimeout(this.sign) });
    this.register(languages.registerCodeLensProvider(experimentDocuments, this));
  }

  private signSoon(): void {
    this.sign ??= setTimeout(
      () => {
        this.sign = undefined;
        this.lastSign = performance.now();
        this.changed.fire();
      },
      Math.max(0, this.lastSign + signGapMs - performance.now()),
    );
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const text = document.getText();
    const file = describeExperiment(document.uri, text);
    const range = vsRange(new ExperimentSource(text).keyRange(['name']));
    const own = (await this.runs.all()).filter((r) => belongs(r, file));
    const lenses: Command[] = [
      { title: '$(play) Launch', command: 'grpoLab.launch', arguments: [document.uri], tooltip: 'Start a run of this experiment' },
    ];
    if (file.experiment && canBeTried(file.experiment))
      lenses.push({
        title: '$(checklist) Pre-flight',
        command: 'grpoLab.preflight',
        arguments: [document.uri],
        tooltip:
          'Sample a few dozen questions first: which groups would teach something, what is cut, and whether the reward pays for nothing',
      });
    const live = own.filter((r) => isLive(r.state));
    for (const r of live.length > 0 ? live : own.slice(0, 1))
      lenses.push({
        title: `${marks[shownState(r)]} ${runLine(r)}`,
        command: 'grpoLab.openDashboard',
        arguments: [document.uri, r.id],
        tooltip: ['Open the dashboard beside', curveRange(r)].filter(Boolean).join('. Curve: '),
      });
    if (own.length > 1) {
      const compared = own.slice(0, COMPARED).map((r) => r.id);
      lenses.push({
        title: compared.length < own.length ? `Compare the latest ${compared.length} of ${own.length} runs` : `Compare ${own.length} runs`,
        command: 'grpoLab.compare',
        arguments: [compared],
        tooltip: 'Draw their curves over each other',
      });
      lenses.push({
        title: 'Compare configurations',
        command: 'grpoLab.compareConfigs',
        arguments: [compared],
        tooltip: compared.length === 2 ? 'What differs between the two' : 'What differs from the newest run',
      });
    }
    return lenses.map((command) => new CodeLens(range, command));
  }
}
