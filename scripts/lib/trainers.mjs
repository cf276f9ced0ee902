// Pythons with trainers, each in a folder of its own in the user's cache, for tests and benchmarks that train with them.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, step } from './console.mjs';
import { cache } from './vscode.mjs';

/** What is installed into each, for Python 3.10 to 3.12. The first package of a list is the trainer. */
export const trainers = {
  'trl-1.13.0': ['trl==1.13.0', 'torch==2.13.0', 'requests', 'tensorboard'],
  'trl-1.16.0': ['trl==1.16.0', 'torch==2.13.0', 'transformers==5.24.0', 'peft==0.21.2'],
};

const executable = (name) => join(cache, name, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Importing them takes ten seconds: what pip says of its own is believed, and a broken installation fails the test. */
const has = (name) => {
  const packages = trainers[name].map((wanted) => wanted.split(/[=<>]/)[0]);
  const look = `from importlib.metadata import version\nfor name in ${JSON.stringify(packages)}: version(name)`;
  return existsSync(executable(name)) && spawnSync(executable(name), ['-c', look], { timeout: 60_000 }).status === 0;
};

/** @returns { python: the executable }, or { missing: what to do to have it } */
export const trainerPython = (name) =>
  has(name) ? { python: executable(name) } : { missing: `${name} is not installed: npm run trainers -- ${name} does so.` };

/** Installs one, in place of what is there. @throws when that cannot be done */
export async function installTrainer(name) {
  await step(`Installing ${name} with PyTorch (1.5 GB or more, minutes, once per machine)`, async () => {
    rmSync(join(cache, name), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', join(cache, name)]);
    // Compiling thousands of modules, of which a test imports a few, takes longer than unpacking them.
    await run(executable(name), ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', ...trainers[name]]);
  });
}
