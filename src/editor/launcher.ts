import { dirname, join } from 'node:path';
import { Selection, TextEditorRevealType, Uri, ViewColumn, window, workspace, type TextDocument } from 'vscode';
import { parseExperiment, type Problem } from '../experiment/parse.js';
import { resolveCommand, shownCommand } from '../backends/command/resolve.js';
import { backends } from '../backends/index.js';
import type { AskedBenchmark } from '../experiment/evaluation.js';
import { evaluateRun } from '../launch/evaluateRun.js';
import { launchExperiment, type LaunchedRun } from '../launch/launchExperiment.js';
import { runnerIn } from '../launch/startRunner.js';
import { Supervisor } from '../launch/supervisor.js';
import type { RunDetail } from '../store/views.js';
import { vsRange } from './experiment/ranges.js';
import type { Labs } from './labs.js';
import { pythonFor } from './python.js';
import { settings } from './settings.js';
import { requireTrust } from './trust.js';

/** A trainer writes its checkpoint after the step it is in. */
const GRACE_SECONDS = 60;

/** Starts and ends runs on behalf of a person: saves first, refuses files with problems and untrusted workspaces, and lets the store look at once. */
export class Launcher {
  constructor(
    private readonly distFolder: string,
    private readonly labs: Labs,
  ) {}

  /**
   * @returns the launched runs, the one asked for last; undefined when nothing was launched and the person knows why
   * @throws when the file has no folder, or the trainer cannot be started
   */
  async launch(uri: Uri): Promise<LaunchedRun[] | undefined> {
    requireTrust();
    const document = await workspace.openTextDocument(uri);
    if (document.isDirty && !(await document.save())) return undefined;
    const problem = parseExperiment(document.getText()).problems.find((p) => p.severity === 'error');
    if (problem) {
      await showProblem(document, problem);
      return undefined;
    }
    return this.start(uri.fsPath, document.getText());
  }

  /** The same experiment as it was, as a new run. */
  launchAgain(run: RunDetail): Promise<LaunchedRun[] | undefined> {
    requireTrust();
    return this.start(run.experimentPath ?? join(run.directory, 'experiment.yaml'), run.source, run);
  }

  /** Benchmarks on a checkpoint, as a run of their own. */
  async evaluate(run: RunDetail, step: number, benchmarks: readonly AskedBenchmark[]): Promise<LaunchedRun> {
    requireTrust();
    const lab = await this.labs.labOf(run.id);
    if (!lab) throw new Error(`The folder of ${run.name} is not open here.`);
    const launched = await evaluateRun({ run, step, benchmarks, folder: lab.folder, runsDir: lab.runsDir }, await this.supervisor(run));
    await lab.catchUp(launched.id);
    return launched;
  }

  async stop(run: RunDetail): Promise<void> {
    requireTrust();
    const outcome = await (await this.supervisor(run)).stop(run.directory, { graceSeconds: GRACE_SECONDS });
    await this.labs.catchUp(run.id);
    if (outcome === 'killed')
      void window.showWarningMessage(
        `${run.name} did not end within ${GRACE_SECONDS} s and was ended by force. It can be resumed from its last checkpoint.`,
      );
    if (outcome === 'not running') void window.showInformationMessage(`${run.name} is not running.`);
    if (outcome === 'asked')
      void window.showInformationMessage(`${run.name} runs on ${run.host}: it was asked to stop and will after its step.`);
  }

  async resume(run: RunDetail): Promise<void> {
    requireTrust();
    await (await this.supervisor(run)).resume(run.directory);
    await this.labs.catchUp(run.id);
  }

  async rename(run: RunDetail, name: string): Promise<void> {
    requireTrust();
    await (await this.supervisor(run)).rename(run.directory, name);
    await this.labs.catchUp(run.id);
  }

  /** @throws when it lives */
  async delete(run: RunDetail): Promise<void> {
    requireTrust();
    await (await this.supervisor(run)).delete(run.directory);
    await this.labs.forget(run.id);
  }

  /** Made anew each time: the settings and the interpreter it depends on may have changed. */
  private async supervisor({ directory }: { directory: string }): Promise<Supervisor> {
    const nodePath = settings.nodePath();
    const python = await pythonFor(Uri.file(directory));
    return new Supervisor(runnerIn(this.distFolder), backends({ distFolder: this.distFolder, python, ...(nodePath && { nodePath }) }));
  }

  private async start(path: string, text: string, again?: RunDetail): Promise<LaunchedRun[] | undefined> {
    const lab = again ? await this.labs.labOf(again.id) : this.labs.labAt(Uri.file(path));
    if (!lab) throw new Error(`${path} is in no folder of this window. Open its folder: runs are kept in it, under .grpo-lab.`);
    if (!(await confirmed(path, text, lab.runsDir))) return undefined;
    const supervisor = await this.supervisor({ directory: dirname(path) });
    const launched = await launchExperiment({ path, text, folder: lab.folder, runsDir: lab.runsDir }, supervisor);
    for (const { id } of launched) await lab.catchUp(id);
    return launched;
  }
}

/** A command line of somebody's own is shown as it will run before it does; the embedded trainer needs no question. */
async function confirmed(path: string, text: string, runsDir: string): Promise<boolean> {
  const { experiment } = parseExperiment(text);
  if (experiment?.backend !== 'command') return true;
  const python = await pythonFor(Uri.file(path));
  const { argv, cwd, watch } = resolveCommand(experiment, dirname(path), join(runsDir, `${experiment.name}-…`), python);
  const followed = watch.map((w) => `${w.path} (${w.format ?? 'format found out'})`).join(', ');
  const detail = `${shownCommand(argv)}\n\nin ${cwd}\nfollowed: ${followed}`;
  return (await window.showInformationMessage(`Launch ${experiment.name}?`, { modal: true, detail }, 'Launch')) === 'Launch';
}

/** Says what is wrong with a file and jumps there when asked. */
async function showProblem(document: TextDocument, problem: Problem): Promise<void> {
  const go = 'Go to Problem';
  const { line } = problem.range.start;
  const chosen = await window.showErrorMessage(`Not launched. ${workspace.asRelativePath(document.uri)}:${line}: ${problem.message}`, go);
  if (chosen !== go) return;
  const editor = await window.showTextDocument(document, { viewColumn: ViewColumn.Active });
  const range = vsRange(problem.range);
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
}
