import { basename, dirname, join } from 'node:path';
import { ProgressLocation, Selection, TextEditorRevealType, Uri, ViewColumn, window, workspace, type TextDocument } from 'vscode';
import { count } from '../core/format.js';
import { parseExperiment, type ExperimentProblem } from '../experiment/parse.js';
import { shownStart } from '../backends/command/shownStart.js';
import { checkEnvironment, environmentText, troubleOf } from '../backends/environment/checkEnvironment.js';
import { backends } from '../backends/backends.js';
import type { BenchmarkRequest, EndpointEvaluation } from '../experiment/evaluationExperiment.js';
import { evaluateEndpoint } from '../launch/evaluateEndpoint.js';
import { evaluateRun } from '../launch/evaluateRun.js';
import { launchExperiment, type LaunchedRun } from '../launch/launchExperiment.js';
import { offerLines } from '../launch/offerLines.js';
import type { Agree } from '../launch/start.js';
import { programsIn } from '../launch/ownPrograms.js';
import { QuietRunError, Supervisor } from '../launch/supervisor.js';
import { jobsOn } from '../launch/targets/jobsOn.js';
import type { RunDetail } from '../store/views.js';
import { compactionText } from '../words/compactionText.js';
import { stopRequestText } from '../words/stopText.js';
import { vsRange } from './experiment/ranges.js';
import type { Lab } from './lab.js';
import type { Labs } from './labs.js';
import { networkOfPrograms } from './network.js';
import type { Sampling } from './playground/samplingService.js';
import { pythonFor } from './pythonSetting.js';
import { showScript } from './scriptDocument.js';
import { settings } from './settings.js';
import { requireTrust } from './trust.js';

/** A trainer writes its checkpoint after the step it is in. */
const GRACE_SECONDS = 60;

/** Starts and ends runs on behalf of a person: saves first, refuses files with problems and untrusted workspaces, and lets the store look at once. */
export class Launcher {
  constructor(
    private readonly distFolder: string,
    private readonly labs: Labs,
    /** Knows the keys of servers. */
    private readonly keys: Pick<Sampling, 'keyOf'>,
  ) {}

  /**
   * @returns the launched runs, the requested one last; undefined when nothing was launched and the person knows why
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

  /** Shows whether this machine has what an experiment needs; starts nothing of it. */
  async check(uri: Uri): Promise<void> {
    requireTrust();
    const document = await workspace.openTextDocument(uri);
    const { experiment, problems } = parseExperiment(document.getText());
    if (!experiment) {
      await showProblem(document, problems[0], 'Not checked');
      return;
    }
    const lab = this.labs.labAt(uri);
    if (!lab) throw new Error(`${uri.fsPath} is in no folder of this window. Open its folder: runs are kept in it, under .grpo-lab.`);
    const directory = join(lab.runsDir, `${experiment.name}-…`);
    const start = { experiment, folder: dirname(uri.fsPath), directory, cwd: lab.folder, resume: false };
    const python = await pythonFor(uri);
    const title = `Looking at what ${experiment.name} needs`;
    const { jobs } = await this.supervisor({ directory: dirname(uri.fsPath) });
    const [lines, offers] = await window.withProgress({ location: ProgressLocation.Notification, title }, () =>
      Promise.all([checkEnvironment(start, python), offerLines(experiment, jobs)]),
    );
    const failing = lines.filter((line) => line.state === 'fails').length;
    const message = `${experiment.name}: ${failing === 0 ? 'nothing stands in its way' : `${count(failing, 'thing')} to mend`} on this machine`;
    await window.showInformationMessage(message, { modal: true, detail: [...lines.map(environmentText), ...offers].join('\n') });
  }

  /** Launches the experiment of a run again, as it was then, as a new run. */
  launchAgain(run: RunDetail): Promise<LaunchedRun[] | undefined> {
    requireTrust();
    return this.start(run.experimentPath ?? join(run.directory, 'experiment.yaml'), run.source, run);
  }

  /**
   * Launches benchmarks on a checkpoint, as a run of their own.
   * @returns undefined when the person declined
   */
  async evaluate(run: RunDetail, step: number, benchmarks: readonly BenchmarkRequest[]): Promise<LaunchedRun | undefined> {
    requireTrust();
    const lab = await this.labs.labOf(run.id);
    if (!lab) throw new Error(`The folder of ${run.name} is not open here.`);
    const { folder, runsDir } = lab;
    const supervisor = await this.supervisor(run);
    const agree = agreement('Launch', run.name, await pythonFor(Uri.file(run.directory)), supervisor);
    const launched = await evaluateRun({ run, step, benchmarks, folder, runsDir, agree }, supervisor);
    if (launched) await lab.catchUp(launched.id);
    return launched;
  }

  /**
   * Launches benchmarks on a server's model, as a run of a folder of this window.
   * @param options.agreed the person has agreed to it already
   * @returns undefined when the person declined
   */
  async evaluateEndpoint(evaluation: EndpointEvaluation, lab: Lab, { agreed = false } = {}): Promise<LaunchedRun | undefined> {
    requireTrust();
    const { folder, runsDir } = lab;
    const supervisor = await this.supervisor({ directory: folder });
    const agree = agreement('Launch', evaluation.model, await pythonFor(Uri.file(folder)), supervisor);
    const launched = await evaluateEndpoint(evaluation, { folder, runsDir, ...(!agreed && { agree }) }, supervisor);
    if (launched) await lab.catchUp(launched.id);
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
    if (outcome === 'requested') void window.showInformationMessage(`${run.name} ${stopRequestText(run)}.`);
  }

  async resume(run: RunDetail): Promise<void> {
    requireTrust();
    const supervisor = await this.supervisor(run);
    const agree = agreement('Resume', run.name, await pythonFor(Uri.file(run.directory)), supervisor);
    await unlessQuiet('Resume Anyway', (sure) => supervisor.resume(run.directory, { sure, agree }));
    await this.labs.catchUp(run.id);
  }

  async rename(run: RunDetail, name: string): Promise<void> {
    requireTrust();
    await (await this.supervisor(run)).rename(run.directory, name);
    await this.labs.catchUp(run.id);
  }

  /** Compresses the events of a run that has ended. */
  async compact(run: RunDetail): Promise<void> {
    requireTrust();
    const supervisor = await this.supervisor(run);
    const compactions = await unlessQuiet('Compress Anyway', async (sure) =>
      window.withProgress({ location: ProgressLocation.Notification, title: `Compressing the events of ${run.name}` }, (progress) =>
        supervisor.compact(run.directory, {
          done: (done, of) => progress.report({ increment: 100 / of, message: `${done} of ${count(of, 'segment')}` }),
          sure,
        }),
      ),
    );
    if (!compactions) return;
    void window.showInformationMessage(`${run.name} ${compactionText(compactions)}.`);
  }

  /**
   * @param sure the person has agreed to delete it although it may still be running
   * @returns false when the person declined
   * @throws when it is running
   */
  async delete(run: RunDetail, sure = false): Promise<boolean> {
    requireTrust();
    const supervisor = await this.supervisor(run);
    const deleted = await unlessQuiet('Delete Anyway', async (confirmed) => {
      await supervisor.delete(run.directory, { sure: sure || confirmed });
      return true;
    });
    if (!deleted) return false;
    await this.labs.forget(run.id);
    return true;
  }

  /** Made anew each time: the settings and the interpreter it depends on may have changed. */
  private async supervisor({ directory }: { directory: string }): Promise<Supervisor> {
    const nodePath = settings.nodePath();
    const python = await pythonFor(Uri.file(directory));
    const jobs = jobsOn(programsIn(this.distFolder));
    return new Supervisor(
      jobs,
      backends({
        distFolder: this.distFolder,
        python,
        keyOf: (url) => this.keys.keyOf({ url }),
        network: networkOfPrograms,
        ...(nodePath && { nodePath }),
      }),
    );
  }

  private async start(path: string, text: string, again?: RunDetail): Promise<LaunchedRun[] | undefined> {
    const lab = again ? await this.labs.labOf(again.id) : this.labs.labAt(Uri.file(path));
    if (!lab) throw new Error(`${path} is in no folder of this window. Open its folder: runs are kept in it, under .grpo-lab.`);
    const supervisor = await this.supervisor({ directory: dirname(path) });
    const agree = agreement('Launch', basename(path), await pythonFor(Uri.file(path)), supervisor);
    const launched = await launchExperiment({ path, text, folder: lab.folder, runsDir: lab.runsDir, agree }, supervisor);
    for (const { id } of launched) await lab.catchUp(id);
    return launched.length === 0 ? undefined : launched;
  }
}

/**
 * Shows command lines as they will run, and asks the person to agree; the embedded trainer alone needs no question. What a target is handed
 * as a script is opened beside the question, which then leaves the window free to read it.
 */
const agreement =
  (action: 'Launch' | 'Resume', name: string, python: string, supervisor: Supervisor): Agree =>
  async (starts) => {
    const shown = starts.flatMap((start) => {
      const lines = shownStart(start, python, '\n  ');
      return lines ? [{ title: start.resume ? name : start.experiment.name, text: lines.join('\n') }] : [];
    });
    const scripts = (await Promise.all(starts.map((start) => supervisor.script(start)))).filter((script) => script !== undefined);
    if (shown.length === 0 && scripts.length === 0) return true;
    const titles =
      scripts.length > 0 ? starts.map((start) => (start.resume ? name : start.experiment.name)) : shown.map(({ title }) => title);
    const message = `${action} ${titles.join(' and ')}?`;
    if (scripts.length > 0) {
      const [{ language }] = scripts;
      await showScript(`${titles.join(' and ')}.sh`, { language, text: scripts.map(({ text }) => text).join('\n') });
      const where = [...new Set(starts.map(({ experiment }) => experiment.launch.target.name))].join(' and ');
      return (await window.showInformationMessage(`${message} This is what ${where} is handed.`, action, 'Cancel')) === action;
    }
    const commands = shown.map(({ title, text }) => (shown.length === 1 ? text : `${title}:\n${text}`));
    const detail = [...(await troubleOf(starts, python)), ...commands].join('\n\n');
    return (await window.showInformationMessage(message, { modal: true, detail }, action)) === action;
  };

/**
 * Runs `work`. When it refuses because a run is quiet (nobody knows whether it has ended), asks the person whether to do it anyway.
 * @returns undefined when the person declined
 */
async function unlessQuiet<T>(anyway: string, work: (sure: boolean) => Promise<T>): Promise<T | undefined> {
  try {
    return await work(false);
  } catch (error) {
    if (!(error instanceof QuietRunError)) throw error;
    const chosen = await window.showWarningMessage(error.message, { modal: true }, anyway);
    return chosen === anyway ? work(true) : undefined;
  }
}

/** Says what is wrong with a file and jumps there when asked. */
async function showProblem(document: TextDocument, problem: ExperimentProblem, outcome = 'Not launched'): Promise<void> {
  const go = 'Go to Problem';
  const { line } = problem.range.start;
  const chosen = await window.showErrorMessage(`${outcome}. ${workspace.asRelativePath(document.uri)}:${line}: ${problem.message}`, go);
  if (chosen !== go) return;
  const editor = await window.showTextDocument(document, { viewColumn: ViewColumn.Active });
  const range = vsRange(problem.range);
  editor.selection = new Selection(range.start, range.end);
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
}
