/** In whose name labels and notes are written. */
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Author {
  name: string;
  /** Where the name is from, as a person is told. */
  from: string;
}

/** As it is kept: one line, at most 200 characters. */
const cleaned = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .trim();

/**
 * The name that was set, else git's `user.name` in the folder, else the account.
 * @param set with where it is set
 */
export async function authorIn(folder: string, set: { name: string; from: string }): Promise<Author> {
  const chosen = cleaned(set.name);
  if (chosen !== '') return { name: chosen, from: set.from };
  const git = await run('git', ['config', '--get', 'user.name'], { cwd: folder, windowsHide: true, timeout: 5000 }).catch(() => null);
  const known = cleaned(git?.stdout ?? '');
  if (known !== '') return { name: known, from: "git's user.name" };
  return { name: accountName(), from: 'the account' };
}

function accountName(): string {
  try {
    return cleaned(userInfo().username) || 'unknown';
  } catch {
    return 'unknown'; // an account without an entry, as in some containers
  }
}
