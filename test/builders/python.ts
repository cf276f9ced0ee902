import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../../scripts/lib/vscode.mjs';

/** The first Python on PATH that is new enough; undefined where there is none. */
function pythonSince(minor: number): string | undefined {
  return ['python3', 'python'].find((name) => {
    try {
      execFileSync(name, ['-c', `import sys; sys.exit(sys.version_info < (3, ${minor}))`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** The Python that reads pickles; undefined where there is none that is new enough. */
export const python = pythonSince(8);
/** Why a test that needs it is skipped. */
export const noPython = 'There is no Python 3.8 or newer.';

/** The same for the package `grpo_lab`. */
export const newPython = pythonSince(10);
export const noNewPython = 'There is no Python 3.10 or newer.';

/** A Python with TRL, where the end-to-end tests have installed one; undefined where they have not. */
export const trlPython = ['trl-1.16.0', 'trl-1.13.0'].map((name) => join(cache, name, 'bin', 'python')).find((file) => existsSync(file));
export const noTrl = 'No Python with TRL is installed: the end-to-end tests (npm run e2e) install one.';
