import { join } from 'node:path';
import type { Program } from './job.js';
import type { Programs } from './ownPrograms.js';

/**
 * The program that follows the files that a run is imported from.
 * @param python interpreter for formats that need one, from the person or the settings of this machine
 */
export const importerProgram = ({ executable, folder }: Programs, directory: string, python: string | undefined): Program => ({
  argv: [executable, join(folder, 'importer.cjs'), '--run', directory, ...(python === undefined ? [] : ['--python', python])],
  env: {},
  files: [folder],
  resources: { threads: null },
  resume: [],
});
