import { execFileSync } from 'node:child_process';

/** The Python that reads pickles; undefined where there is none that is new enough. */
export const python = ['python3', 'python'].find((name) => {
  try {
    execFileSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
/** Why a test that needs it is skipped. */
export const noPython = 'There is no Python 3.8 or newer.';
