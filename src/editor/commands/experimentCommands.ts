import { commands, Uri, window } from 'vscode';
import { experimentInFront } from '../experiment/inFront.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import { ExperimentNode } from '../explorer/experimentNode.js';
import type { Launcher } from '../launcher.js';
import type { AfterOpening } from '../afterOpening.js';
import { newExperiment } from './newExperiment.js';
import type { Commands } from './commandRegistry.js';
import { showLaunched, type LaunchViews } from './showLaunched.js';

export interface ExperimentCommandSources {
  extension: Uri;
  files: ExperimentFiles;
  /** Loaded with the first launch. */
  launcher: () => Promise<Launcher>;
  views: LaunchViews;
  later: AfterOpening;
}

/** Launching and making experiments: palette, explorer, CodeLens and editor title all come here. */
export function addExperimentCommands(to: Commands, { extension, files, launcher, views, later }: ExperimentCommandSources): void {
  to.add('grpoLab.launch', 'Launching', async (target) => {
    const uri = await experimentOf(target, files);
    const launched = uri && (await (await launcher()).launch(uri));
    if (launched) await showLaunched(launched, views);
  });
  to.add('grpoLab.checkEnvironment', 'Checking the environment', async (target) => {
    const uri = await experimentOf(target, files);
    if (uri) await (await launcher()).check(uri);
  });
  to.add('grpoLab.newExperiment', 'Making an experiment', () => newExperiment(extension));
  to.add('grpoLab.tryExample', 'Beginning the example', async () => (await import('./tryExample.js')).tryExample(extension, later));
  // The CodeLens of a run says which one; otherwise it is the experiment's newest.
  to.add('grpoLab.openDashboard', 'Opening the dashboard', async (target, chosen) => {
    const uri = await experimentOf(target, files);
    if (!uri) return;
    const run = typeof chosen === 'string' ? chosen : await views.follow.newestRun(uri);
    if (run) await views.follow.openBeside(run);
    else void window.showInformationMessage('This experiment has no run yet. Launch it first.');
  });
}

/** @param target a file or a row; otherwise the experiment that is being edited, or one that the person picks */
async function experimentOf(target: unknown, files: ExperimentFiles): Promise<Uri | undefined> {
  if (target instanceof Uri) return target;
  if (target instanceof ExperimentNode) return target.uri;
  const edited = experimentInFront();
  if (edited) return edited;
  const all = await files.all();
  if (all.length === 0) {
    const make = 'New Experiment…';
    const chosen = await window.showInformationMessage('There is no experiment file here. Make one, then launch it.', make);
    if (chosen === make) await commands.executeCommand('grpoLab.newExperiment');
    return undefined;
  }
  if (all.length === 1) return all[0].uri;
  const items = all.map((f) => ({ label: f.name, description: f.summary, uri: f.uri }));
  return (await window.showQuickPick(items, { ignoreFocusOut: true, title: 'Experiment', matchOnDescription: true }))?.uri;
}
