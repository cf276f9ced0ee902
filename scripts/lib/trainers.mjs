// Pythons with trainers, each in a folder of its own in the user's cache, for tests and benchmarks that train with them.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, step } from './console.mjs';
import { cache } from './vscode.mjs';

/**
 * What is installed into each, for Python 3.10 to 3.12: arguments of one call of pip after the other. OpenRLHF asks for packages that are
 * built on GPUs alone (flash-attention, vLLM), and so comes without what it asks for.
 */
export const trainers = {
  'trl-1.13.0': ['trl==1.13.0 torch==2.13.0 requests tensorboard'],
  'trl-1.16.0': ['trl==1.16.0 torch==2.13.0 transformers==5.24.0 peft==0.21.2'],
  'verl-0.9.1': ['verl==0.9.1 torch==2.13.0 TransferQueue==0.1.11 ray[default]==2.60.0 uvicorn fastapi cachetools'],
  'openrlhf-0.11.2': [
    'torch==2.13.0 transformers==5.15.0 ray==2.55.0 datasets peft torchdata einops optree loralib torchmetrics tensorboard',
    'setuptools wheel ninja pylatexenc jsonlines sympy aiohttp',
    '--no-build-isolation deepspeed==0.19.6',
    '--no-deps openrlhf==0.11.2',
  ],
};

const executable = (name) => join(cache, name, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Importing them takes ten seconds: what pip says of its own is believed, and a broken installation fails the test. */
const has = (name) => {
  const words = trainers[name].flatMap((call) => call.split(' '));
  const packages = words.filter((word) => !word.startsWith('-')).map((wanted) => wanted.split(/[[=<>]/)[0]);
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
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check'];
    for (const call of trainers[name]) await run(executable(name), [...pip, ...call.split(' ')]);
  });
}
