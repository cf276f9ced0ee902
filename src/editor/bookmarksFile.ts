/** `.grpo-lab/bookmarks.json`: what a person marked. Kept beside the runs, so that it travels with them. */
import { join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../core/describeIssue.js';
import { isMissing } from '../core/files/fileErrors.js';
import { replaceFile } from '../core/files/replaceFile.js';
import { withLock } from '../launch/targets/local/lock.js';
import { addressPath, parseRunAddress, type RunAddress } from '../protocol/address.js';
import { readText } from '../core/files/regularFile.js';

export interface Bookmark {
  address: RunAddress;
  /** ISO time. */
  added: string;
}

const bookmarksFile = z.object({ v: z.literal(1), bookmarks: z.array(z.object({ path: z.string(), added: z.string() })) });

/** @throws when the file cannot be read or is not a list of bookmarks */
export async function readBookmarks(directory: string): Promise<Bookmark[]> {
  const file = join(directory, 'bookmarks.json');
  const text = await Promise.resolve(file)
    .then(readText)
    .catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  if (text === undefined) return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not valid JSON. Correct it or delete it.`, { cause });
  }
  const parsed = bookmarksFile.safeParse(json);
  if (!parsed.success) throw new Error(`${file} is not a list of bookmarks (${describeIssue(parsed.error)}). Correct it or delete it.`);
  return parsed.data.bookmarks.flatMap(({ path, added }) => {
    const address = parseRunAddress(path);
    return address ? [{ address, added }] : [];
  });
}

/**
 * Reads, changes and writes the list, alone among all windows and processes: none loses what another one marks meanwhile.
 * @throws when it cannot be read or written, or another process does not let go of it
 */
export function changeBookmarks<T>(directory: string, change: (list: Bookmark[]) => { list: readonly Bookmark[]; result: T }): Promise<T> {
  return withLock(join(directory, 'bookmarks.lock'), async () => {
    const { list, result } = change(await readBookmarks(directory));
    writeBookmarks(directory, list);
    return result;
  });
}

function writeBookmarks(directory: string, list: readonly Bookmark[]): void {
  const file: z.input<typeof bookmarksFile> = { v: 1, bookmarks: list.map((b) => ({ path: addressPath(b.address), added: b.added })) };
  replaceFile(join(directory, 'bookmarks.json'), `${JSON.stringify(file, null, 2)}\n`);
}
