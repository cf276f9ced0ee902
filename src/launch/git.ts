/** The state of the code a run was launched from. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunIdentity } from '../protocol/runFiles.js';

const run = promisify(execFile);

/** A longer diff is cut here, at the end of a line, with a note. */
const MAX_DIFF = 256 * 1024;

/** Commit and uncommitted changes of the repository around a folder; null where there is none, or no git. */
export async function gitState(folder: string): Promise<RunIdentity['git']> {
  const git = async (...args: string[]): Promise<string | null> => {
    const options = { cwd: folder, windowsHide: true, maxBuffer: 64 * 1024 * 1024, timeout: 10_000 };
    const out = await run('git', ['--no-optional-locks', ...args], options).catch(() => null); // no git, no repository, no commit yet
    return out === null ? null : out.stdout;
  };
  const commit = await git('rev-parse', '--verify', 'HEAD');
  if (commit === null) return null;
  const [status, diff] = await Promise.all([
    git('status', '--porcelain', '--untracked-files=no'),
    git('diff', '--no-ext-diff', '--no-textconv', '--no-color', 'HEAD'),
  ]);
  const dirty = status !== null && status !== '';
  return { commit: commit.trim(), dirty, diff: dirty && diff !== null ? bounded(diff) : null };
}

function bounded(diff: string): string {
  if (diff.length <= MAX_DIFF) return diff;
  const cut = diff.lastIndexOf('\n', MAX_DIFF) + 1;
  return `${diff.slice(0, cut)}(${diff.length - cut} more characters are left out)\n`;
}
