// A Python with TRL, for the end-to-end test that launches a real TRL training: the one that is named or at hand,
// otherwise one of its own in the user's cache folder.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, say, step } from './console.mjs';
import { cache } from './vscode.mjs';

const packages = ['torch==2.13.0', 'trl==1.13.0', 'requests', 'tensorboard'];

/** Importing them takes ten seconds: what pip says of its own is believed, and a broken installation fails the test. */
const look = 'from importlib.metadata import version\nfor name in ("trl", "torch", "tensorboard"): version(name)';
const hasTrl = (python) => spawnSync(python, ['-c', look], { timeout: 60_000 }).status === 0;

/** @returns { python: the executable }, or { missing: why none can be had }: the test is then skipped, and says so */
export async function trlPython() {
  const folder = join(cache, 'trl-1.13.0');
  const own = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const found = [process.env.GRPO_LAB_PYTHON, existsSync(own) ? own : undefined, 'python3'].find((p) => p && hasTrl(p));
  if (found) return { python: found };
  const missing = (why) => {
    say(`The test that trains with TRL is skipped: ${why}`);
    return { missing: why };
  };
  try {
    await step('Installing TRL and PyTorch for the test that trains with them (1.5 GB or more, minutes, once per machine)', async () => {
      rmSync(folder, { recursive: true, force: true });
      await run('python3', ['-m', 'venv', folder]);
      // Compiling thousands of modules, of which a test imports a few, takes longer than unpacking them.
      await run(own, ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', ...packages]);
    });
  } catch (error) {
    return missing(`TRL cannot be installed: ${error.message.split('\n').at(-1)}`);
  }
  return hasTrl(own) ? { python: own } : missing('TRL was installed but pip does not know it.');
}
