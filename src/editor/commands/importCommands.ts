import { Uri } from 'vscode';
import type { ImportSources, Imports } from '../imports/imports.js';
import type { Commands } from './registry.js';

/** Importing: palette, explorer, drops and a file's context menu all come here. What it needs is loaded with the first import. */
export function addImportCommands(to: Commands, sources: ImportSources): void {
  const imports = async (): Promise<Imports> => new (await import('../imports/imports.js')).Imports(sources);
  to.add('grpoLab.import', 'Importing', async () => (await imports()).open());
  to.add('grpoLab.openAsRun', 'Importing', async (target) => (await imports()).open(target instanceof Uri ? target : undefined));
}
