import { commands, Uri, window, workspace } from 'vscode';
import type { AfterOpening } from '../afterOpening.js';

/** The folder of the example in the extension, and in a person's workspace. */
const NAME = 'arithmetic';
const MAIN = 'arith-grpo.experiment.yaml';
const FILES = ['README.md', 'arith-sft.experiment.yaml', MAIN];

/** Copies the example into the workspace, or into a folder that is chosen and then opened, shows it and offers to launch it. */
export async function tryExample(extension: Uri, later: AfterOpening): Promise<void> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    const chosen = await window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Put the Example Here',
      title: 'A folder for the example and its runs',
    });
    const folder = chosen?.at(0);
    if (!folder) return;
    await copyExample(extension, folder);
    await later.remember(folder.fsPath, { example: folder.fsPath });
    await commands.executeCommand('vscode.openFolder', folder);
    return;
  }
  const folder = folders.length === 1 ? folders[0] : await window.showWorkspaceFolderPick({ placeHolder: 'Put the example in' });
  if (!folder) return;
  await copyExample(extension, folder.uri);
  await showExample(folder.uri);
}

/** Shows the example's experiment; launches it when a person says so. */
export async function showExample(folder: Uri): Promise<void> {
  const file = Uri.joinPath(folder, NAME, MAIN);
  await window.showTextDocument(file);
  if (!workspace.isTrusted) return;
  const launch = 'Launch';
  const detail =
    'It trains a model of 0.1 million parameters on sums: first from worked solutions, then by GRPO. ' +
    'That takes a few minutes on the processor of this machine, and needs neither Python nor a GPU. It can be stopped at any time.';
  const chosen = await window.showInformationMessage('Launch the example?', { modal: true, detail }, launch);
  if (chosen === launch) await commands.executeCommand('grpoLab.launch', file);
}

/** What is there already stays as it is: somebody may have changed it. */
async function copyExample(extension: Uri, folder: Uri): Promise<void> {
  for (const name of FILES) {
    const to = Uri.joinPath(folder, NAME, name);
    const exists = await workspace.fs.stat(to).then(
      () => true,
      () => false,
    );
    if (!exists) await workspace.fs.writeFile(to, await workspace.fs.readFile(Uri.joinPath(extension, 'examples', NAME, name)));
  }
}
