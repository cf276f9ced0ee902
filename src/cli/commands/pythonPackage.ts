/** `grpo-lab python-package` */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError, exit, type ExitCode } from '../exit.js';
import type { Output } from '../output.js';

/** Prints what `pip install` takes: the wheel that comes with the extension or, in a clone, the folder of its sources. */
export function pythonPackage(output: Output, distFolder: string): ExitCode {
  const path = placeOfPackage(join(dirname(resolve(distFolder)), 'python'));
  output.line(path);
  output.value({ path });
  return exit.ok;
}

/** @throws CliError when there is none */
function placeOfPackage(folder: string): string {
  const wheel = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined;
  if (wheel !== undefined) return join(folder, wheel);
  if (existsSync(join(folder, 'pyproject.toml'))) return folder;
  throw new CliError(`The Python package is not in ${folder}. Install GRPO Lab again.`, exit.failed);
}
