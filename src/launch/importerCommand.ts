import { dirname, join } from 'node:path';
import type { RunnerProgram } from './targets/local/startRunner.js';

/**
 * The importer's bundle lies beside the runner's.
 * @param python for formats that need one: what the person or the settings of this machine say
 */
export const importerCommand = (runner: RunnerProgram, directory: string, python: string | undefined): string[] => [
  runner.executable,
  join(dirname(runner.script), 'importer.cjs'),
  '--run',
  directory,
  ...(python === undefined ? [] : ['--python', python]),
];
