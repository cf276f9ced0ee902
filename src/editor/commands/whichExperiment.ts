import { commands, Uri, window } from 'vscode';
import { experimentInFront } from '../experiment/inFront.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import { ExperimentNode } from '../explorer/experimentNode.js';

/** @param target a file or a row; otherwise the experiment that is being edited, or one that the person picks */
export async function experimentOf(target: unknown, files: ExperimentFiles): Promise<Uri | undefined> {
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
