import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { commands, env, ProgressLocation, Uri, window, workspace } from 'vscode';
import { isEvaluation } from '../../core/methods.js';
import type { RunAddress } from '../../protocol/address.js';
import { layout } from '../../protocol/layout.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { isLive, type RunDetail } from '../../store/views.js';
import { configUri, logUri, problemsUri } from '../documents.js';
import { CheckpointNode } from '../explorer/checkpointNodes.js';
import { StepNode } from '../explorer/stepNodes.js';
import type { Imports } from '../imports/imports.js';
import type { Launcher } from '../launcher.js';
import type { Labs } from '../labs.js';
import type { Links } from '../links.js';
import type { Pages } from '../pages/pages.js';
import type { Runs } from '../runs.js';
import { runLabel, stateText } from '../../words/runText.js';
import { askStep } from './goToStep.js';
import type { Commands } from './commandRegistry.js';
import { showLaunched, type LaunchViews } from './showLaunched.js';
import { runFrom } from './whichRun.js';

export interface RunCommandSources {
  runs: Runs;
  labs: Labs;
  store: StoreClientQueries;
  pages: Pages;
  /** Loaded when a run is first started or changed. */
  launcher: () => Promise<Launcher>;
  links: Links;
  /** The folder with the bundles. */
  dist: string;
  views: LaunchViews;
}

/** What can be done with a run, from its row, its pages, links in messages, and the palette (which asks for the run). */
export function addRunCommands(to: Commands, sources: RunCommandSources): void {
  const { pages, launcher, links, views } = sources;
  const add = (name: string, what: string, work: (run: RunDetail) => unknown): void => {
    to.add(`grpoLab.run.${name}`, what, async (target) => {
      const run = await runFrom(target, name, what, sources);
      if (run) await work(run);
    });
  };
  add('open', 'Opening the dashboard', (run) => pages.open({ run: run.id }));
  add('stop', 'Stopping the run', (run) =>
    window.withProgress(
      { location: ProgressLocation.Notification, title: `Stopping ${run.name}: the step is finished and a checkpoint written…` },
      async () => (await launcher()).stop(run),
    ),
  );
  add('resume', 'Resuming the run', async (run) => (await launcher()).resume(run));
  add('launchAgain', 'Launching again', async (run) => {
    if (run.import) return (await imports(sources)).again(run);
    const launched = await (await launcher()).launchAgain(run);
    if (launched) await showLaunched(launched, views);
  });
  add('setGroupSize', 'Setting the group size', async (run) => (await imports(sources)).setGroupSize(run));
  add('openExperiment', 'Opening the experiment', openExperiment);
  add('openConfigAsItWas', 'Opening the experiment as it was', (run) => window.showTextDocument(configUri(run)));
  add('openLog', 'Opening the log', (run) => openLog(run, sources.store));
  add('showProblems', 'Showing what could not be read', (run) => window.showTextDocument(problemsUri(run)));
  add('revealFolder', 'Revealing the folder', (run) => reveal(run));
  add('rename', 'Renaming the run', (run) => rename(run, launcher));
  add('compact', 'Compressing the events of the run', async (run) => (await launcher()).compact(run));
  add('delete', 'Deleting the run', (run) => remove(run, sources));
  add('regrade', 'Grading the run again', async (run) => (await import('./gradeCommands.js')).regradeRun(run, sources));
  add('openDoctor', 'Opening the doctor', (run) => pages.open({ run: run.id, doctor: true }));
  add('openRewardModel', 'Opening the reward model page', (run) => pages.open({ page: 'reward-model', about: { run: run.id } }));
  add('showDisagreements', 'Showing where checkers disagree', async (run) =>
    (await import('./gradeCommands.js')).showDisagreements(run, sources),
  );
  to.add('grpoLab.evaluate', 'Evaluating a checkpoint', async (target) => {
    const checkpoint = target instanceof CheckpointNode ? target : undefined;
    const chosenRun = await runFrom(checkpoint?.run ?? target, 'evaluate', 'Evaluating a checkpoint of a run', sources);
    // From an evaluation: the run whose weights it tests.
    const run = chosenRun && isEvaluation(chosenRun.method) && chosenRun.parent ? await sources.store.run(chosenRun.parent.run) : chosenRun;
    if (run) await (await import('./evaluateCommand.js')).evaluateCheckpoint(run, checkpoint?.checkpoint.step, sources);
  });
  add('goToStep', 'Going to a step', async (run) => {
    const address = await askStep(run, sources.store);
    if (address) await pages.open(address);
  });
  to.add('grpoLab.run.openTimeline', 'Opening the timeline', async (target) => {
    const step = target instanceof StepNode ? target : undefined;
    const run = await runFrom(step?.run ?? target, 'openTimeline', 'Opening the timeline of a run', sources);
    if (run) await pages.open({ run: run.id, timeline: true, ...(step && { step: step.step.step }) });
  });
  add('openThenNow', 'Comparing then and now', (run) => pages.open({ run: run.id, thenNow: {} }));
  add('openQuestions', 'Opening the questions', (run) => pages.open({ run: run.id, questions: true }));
  // Without a row: of what the page in front shows of the run.
  to.add('grpoLab.run.openTokens', 'Opening the worst tokens', async (target) => {
    const run = await runFrom(target, 'openTokens', 'Opening the worst tokens of a run', sources);
    if (!run) return;
    const at = target === undefined ? pages.activeAddress : undefined;
    const { step, group, solution } = at && 'run' in at && at.run === run.id ? at : ({} as Partial<RunAddress>);
    await pages.open({
      ...{ run: run.id, tokens: true },
      ...(step !== undefined && { step }),
      ...(group !== undefined && { group }),
      ...(solution !== undefined && { solution }),
    });
  });
  // Without a row: of the page in front, whatever it shows.
  to.add('grpoLab.run.copyLink', 'Copying the link', async (target) => {
    const run =
      target === undefined && pages.activeAddress ? undefined : await runFrom(target, 'copyLink', 'Copying the link of a run', sources);
    const address = run ? { run: run.id } : target === undefined ? pages.activeAddress : undefined;
    if (address) await links.copy(address);
  });
}

/** Loaded with the first import. */
async function imports({ labs, pages, launcher, dist }: RunCommandSources): Promise<Imports> {
  return new (await import('../imports/imports.js')).Imports({ labs, pages, launcher, dist });
}

async function openExperiment(run: RunDetail): Promise<void> {
  const uri = run.experimentPath === null ? undefined : Uri.file(run.experimentPath);
  const exists =
    uri &&
    (await stat(uri.fsPath).then(
      () => true,
      () => false,
    ));
  if (exists) {
    await window.showTextDocument(uri);
    return;
  }
  const asItWas = 'Open as It Was';
  const message = run.experimentPath === null ? `${run.name} was not launched from a file here.` : `${run.experimentPath} is gone.`;
  if ((await window.showWarningMessage(message, asItWas)) === asItWas) await window.showTextDocument(configUri(run));
}

/** What the trainer said: its error output when it ended badly, else its log lines, else what it printed. */
async function openLog(run: RunDetail, store: StoreClientQueries): Promise<void> {
  const bad = run.state === 'died' || run.state === 'failed';
  const error = join(run.directory, layout.stderr);
  const size = await stat(error).then(
    (s) => s.size,
    () => 0,
  );
  if (bad && size > 0) await window.showTextDocument(Uri.file(error));
  else if ((await store.logs(run.id, { limit: 1 })).rows.length > 0) await window.showTextDocument(logUri(run));
  else void window.showInformationMessage(`${run.name} has no log: its trainer has said nothing${isLive(run.state) ? ' yet' : ''}.`);
}

/** In VS Code's explorer when the folder is part of the workspace and not hidden there; else in the system's. */
async function reveal(run: RunDetail): Promise<void> {
  const uri = Uri.file(run.directory);
  await readdir(run.directory);
  await commands.executeCommand(env.remoteName === undefined && env.appHost === 'desktop' ? 'revealFileInOS' : 'revealInExplorer', uri);
}

async function rename(run: RunDetail, launcher: RunCommandSources['launcher']): Promise<void> {
  const name = await window.showInputBox({
    ignoreFocusOut: true,
    title: `Rename ${runLabel(run)} of ${run.experiment}`,
    value: run.name,
    validateInput: (text) => (text.trim() === '' ? 'A run needs a name.' : text.length > 100 ? 'At most 100 characters.' : undefined),
  });
  if (name !== undefined && name.trim() !== run.name) await (await launcher()).rename(run, name.trim());
}

async function remove(run: RunDetail, { launcher, pages }: RunCommandSources): Promise<void> {
  const quiet = run.quietSince !== null;
  const live = isLive(run.state) && !quiet;
  const confirm = live ? 'Stop and Delete' : quiet ? 'Delete Anyway' : 'Delete';
  const unsure = `It is ${stateText(run)}, and nothing here can tell whether it has ended: what may still write it loses its folder. `;
  const detail = `${quiet ? unsure : ''}Its checkpoints and ${run.step} recorded steps are deleted from ${workspace.asRelativePath(run.directory)}. This cannot be undone.`;
  if ((await window.showWarningMessage(`Delete ${run.name}?`, { modal: true, detail }, confirm)) !== confirm) return;
  const runs = await launcher();
  if (live) await runs.stop(run);
  if (await runs.delete(run, quiet)) pages.forget(run.id);
}
