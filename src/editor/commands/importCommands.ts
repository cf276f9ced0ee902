import { Uri } from 'vscode';
import type { ImportSources, Imports } from '../imports/imports.js';
import type { Commands } from './commandRegistry.js';

/** Importing: palette, explorer, drops and a file's context menu all come here. What it needs is loaded with the first import. */
export function addImportCommands(to: Commands, sources: ImportSources): void {
  const imports = async (): Promise<Imports> => new (await import('../imports/imports.js')).Imports(sources);
  to.add('grpoLab.import', 'Importing', async () => (await imports()).open());
  // As VS Code calls it from a context menu: with what was clicked, and all that is selected.
  to.add('grpoLab.openAsRun', 'Importing', async (target, selected) => {
    const all = (Array.isArray(selected) ? selected : [target]).filter((one) => one instanceof Uri);
    const from = await imports();
    if (all.length === 0) await from.open();
    for (const [i, uri] of all.entries()) await from.open(uri, i > 0);
  });
}
