// Math-Verify from PyPI in an environment of its own, answering ranges of a file of pairs.
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run, say } from '../../scripts/lib/console.mjs';

const version = '0.8.0';

/** The Python of an environment that has Math-Verify; undefined, with the reason said, where there can be none. */
async function environment(root) {
  const folder = join(root, '.cache', `math-verify-${version}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const installed = join(folder, 'installed');
  if (existsSync(installed)) return python;
  rmSync(folder, { recursive: true, force: true });
  const base = process.env.GRPO_LAB_PYTHON ?? 'python3';
  try {
    await run(base, ['-m', 'venv', folder]);
  } catch {
    say(`Math-Verify is not measured: ${base} cannot make a virtual environment. Install Python 3.10 or newer, or set GRPO_LAB_PYTHON.`);
    return undefined;
  }
  try {
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `math-verify[antlr4_13_2]==${version}`]);
  } catch {
    say(`Math-Verify is not measured: pip could not install math-verify ${version}; PyPI may be out of reach.`);
    return undefined;
  }
  await run(python, ['-c', `open(${JSON.stringify(installed)}, 'w').close()`]);
  return python;
}

/** @returns `grade(from, to)` → { seconds, accepted }, or undefined */
export async function mathVerify(root, pairsFile) {
  const python = await environment(root);
  if (!python) return undefined;
  const child = spawn(python, [join(root, 'python', 'fixtures', 'bench_math_verify.py'), pairsFile], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (d) => (errors = (errors + d).slice(-4_000)));
  child.stdin.on('error', () => undefined); // the next answer says what went wrong
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`Math-Verify ended:\n${errors}`);
    return JSON.parse(value);
  };
  const hello = await answer();
  return {
    name: `Math-Verify ${hello.version}`,
    grade: (from, to) => {
      child.stdin.write(`${from} ${to}\n`);
      return answer();
    },
    close: () => child.stdin.end(),
  };
}
