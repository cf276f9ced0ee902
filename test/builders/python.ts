import { execFileSync } from 'node:child_process';

/** The Python that reads pickles; undefined, with a word about it, where there is none that is new enough. */
export const python = ['python3', 'python'].find((name) => {
  try {
    execFileSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (python === undefined) console.warn('Skipped: pickles are read by Python 3.8 or newer, and there is none.');
