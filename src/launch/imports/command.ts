import { dirname, join } from 'node:path';
import type { RunnerProgram } from '../startRunner.js';

/** The importer's bundle lies beside the runner's. */
export const importerCommand = (runner: RunnerProgram, directory: string): string[] => [
  runner.executable,
  join(dirname(runner.script), 'importer.cjs'),
  '--run',
  directory,
];
