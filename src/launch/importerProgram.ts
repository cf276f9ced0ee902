import { join } from 'node:path';
import type { Program } from './job.js';
import type { Programs } from './ownPrograms.js';

/**
 * What Node is started with to read files in: a nursery that holds the rows of a step, so that none of them is copied out of it before
 * they are told. Of memory it is the part that cannot be set once a process runs (the others are in `importing/memoryBound.ts`).
 */
export const importerFlags = ['--min-semi-space-size=16'];

/**
 * The program that follows the files that a run is imported from.
 * @param python interpreter for formats that need one, from the person or the settings of this machine
 */
export const importerProgram = ({ executable, folder }: Programs, directory: string, python: string | undefined): Program => ({
  argv: [
    executable,
    ...importerFlags,
    join(folder, 'importer.cjs'),
    '--run',
    directory,
    ...(python === undefined ? [] : ['--python', python]),
  ],
  env: {},
  files: [folder],
  resources: { threads: null },
  resume: [],
});
