// A Python with what checks the package `python/grpo_lab`, in the user's cache folder.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, say, step, Trouble } from './console.mjs';
import { compiledOnce, root } from './install.mjs';
import { cache } from './vscode.mjs';

export const pythonFolder = join(root, 'python');

/** The extra `dev` of pyproject.toml. */
function devPackages() {
  const text = readFileSync(join(pythonFolder, 'pyproject.toml'), 'utf8');
  const [, list] = /^dev = \[([^\]]*)\]/m.exec(text) ?? [];
  if (list === undefined) throw new Trouble('python/pyproject.toml has no extra dev.');
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
}

const isNewEnough = (python) =>
  spawnSync(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'], { stdio: 'ignore' }).status === 0;

/**
 * @returns the executable; installed once per machine and set of packages
 * @throws Trouble when none can be had: what is missing
 */
async function pythonTools() {
  const packages = devPackages();
  const digest = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  const folder = join(cache, `python-tools-${digest}`);
  const inside = (at) => join(at, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(inside(folder))) return inside(folder);
  const system = ['python3', 'python'].find(isNewEnough);
  if (!system) throw new Trouble('there is no Python 3.10 or newer');
  // A folder of this name is whole: an interrupted installation leaves another.
  const beside = `${folder}.${process.pid}`;
  try {
    await step(`Installing what checks the Python package: ${packages.join(', ')} (150 MB, once per machine)`, async () => {
      await run(system, ['-m', 'venv', beside], { hint: 'On Debian and Ubuntu: sudo apt-get install python3-venv' });
      await run(inside(beside), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', ...packages], {
        hint: 'pip must reach its index.',
      });
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw new Trouble(`its tools cannot be installed: ${error.message.trim().split('\n').slice(-2).join(' ')}`);
  }
  return inside(folder);
}

/**
 * Checks the Python package: ruff, its format, mypy, pytest.
 * @param outcome of `npm test`: without the tools the part is said to be not run, and why; in CI that is a failure as any other
 */
export async function pythonPart(outcome) {
  let python;
  try {
    python = await pythonTools();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    say(`The Python package is not checked: ${error.message}`);
    outcome.notRun('python', error.message, { fault: Boolean(process.env.CI) });
    return;
  }
  await outcome.part('python', async () => {
    const tool = (...args) => run(python, ['-m', ...args], { cwd: pythonFolder, env: compiledOnce, behind: true });
    await step('Python: ruff', async () => {
      await tool('ruff', 'check', '--quiet');
      await tool('ruff', 'format', '--check', '--quiet');
    });
    await step('Python: mypy', () => tool('mypy', '--no-error-summary'));
    return step('Python: pytest', async () => {
      const output = await run(python, ['-m', 'pytest', '-rs', '-p', 'no:cacheprovider'], { cwd: pythonFolder, env: compiledOnce });
      const passed = Number(/(\d+) passed/.exec(output)?.[1] ?? 0);
      const skipped = [...output.matchAll(/^SKIPPED \[(\d+)\] (\S+?):\d+: (.*)$/gm)].flatMap(([, n, file, reason]) =>
        Array.from({ length: Number(n) }, () => ({ file: `python/${file}`, name: '', reason })),
      );
      return { passed, skipped };
    });
  });
}
