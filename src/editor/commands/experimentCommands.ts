import { window, type Uri } from 'vscode';
import type { ExperimentFiles } from '../experimentFiles.js';
import type { Launcher } from '../launcher.js';
import type { AfterOpening } from '../afterOpening.js';
import { newExperiment } from './newExperiment.js';
import { experimentOf } from './whichExperiment.js';
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
