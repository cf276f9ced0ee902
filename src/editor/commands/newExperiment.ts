import { basename } from 'node:path';
import { type QuickPickItem, QuickPickItemKind, Uri, window, workspace } from 'vscode';
import { EXPERIMENT_SUFFIX } from '../../experiment/find.js';
import { type Template, templates } from '../experiment/templates.js';
import { requireTrust } from '../trust.js';

/** Asks which and under what name, writes the file, opens it. The name in the file follows the file's. */
export async function newExperiment(extension: Uri): Promise<void> {
  requireTrust('no file is written into it');
  const folder = workspace.workspaceFolders?.length === 1 ? workspace.workspaceFolders[0] : await window.showWorkspaceFolderPick();
  if (!folder) {
    if (!workspace.workspaceFolders) void window.showErrorMessage('Open a folder first: an experiment is a file in it.');
    return;
  }
  const picked = await window.showQuickPick(items(), {
    ignoreFocusOut: true,
    title: 'New experiment',
    placeHolder: 'Template',
    matchOnDetail: true,
  });
  if (!picked || !('file' in picked)) return;
  const template = picked;
  const stem = basename(template.file, '.yaml');
  const name = await window.showInputBox({
    ignoreFocusOut: true,
    title: 'New experiment',
    prompt: `Its file will be NAME${EXPERIMENT_SUFFIX}`,
    value: `my-${stem}`,
    validateInput: async (text) => {
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text))
        return 'Use letters, digits, ".", "_" and "-", starting with a letter or digit (64 at most).';
      return (await exists(target(folder.uri, text))) ? `${text}${EXPERIMENT_SUFFIX} exists already.` : undefined;
    },
  });
  if (name === undefined) return;
  const text = new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(extension, 'media', 'templates', template.file)));
  const uri = target(folder.uri, name);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text.replace(/^name: .*$/m, `name: ${name}`)));
  await window.showTextDocument(uri);
}

/** The templates under their headings. */
const items = (): (Template | QuickPickItem)[] =>
  templates.flatMap((t, i) =>
    t.group === templates.at(i - 1)?.group && i > 0 ? [t] : [{ label: t.group, kind: QuickPickItemKind.Separator }, t],
  );

const target = (folder: Uri, name: string): Uri => Uri.joinPath(folder, `${name}${EXPERIMENT_SUFFIX}`);

const exists = (uri: Uri): Promise<boolean> =>
  Promise.resolve(
    workspace.fs.stat(uri).then(
      () => true,
      () => false,
    ),
  );
