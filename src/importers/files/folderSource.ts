import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorCode, isMissing } from '../../core/files/fileErrors.js';
import { messageOf } from '../../core/messageOf.js';
import { ImportError, type ImportNote, type Source, type SourceFile } from '../importer.js';

/** What a look at a folder may cost. A trainer's folder has hundreds of files, a wrongly chosen one millions. */
export const sourceLimits = { files: 50_000, depth: 24 } as const;

/** Folders that hold no rollouts and may hold a great many files. Hidden ones are passed over too, but for ART's. */
const passedOver = new Set(['node_modules', '__pycache__', 'site-packages']);
const isPassedOver = (name: string): boolean => passedOver.has(name) || (name.startsWith('.') && name !== '.art');

/**
 * A folder (or one file) as a source. Links are followed, a folder that a link has already led to is not listed again.
 * @param limits for tests
 */
export function folderSource(root: string, limits: { files: number; depth: number } = sourceLimits): Source {
  const absolute = resolve(root);
  let unreadable: string[] = [];
  let listed: SourceFile[] = [];
  return {
    root: absolute,
    async list() {
      unreadable = [];
      return (listed = await listSource(absolute, limits, unreadable));
    },
    get listed() {
      return listed;
    },
    get unreadable() {
      return unreadable;
    },
  };
}

/** The same as of its last look: a look at a network folder is slow, and one serves many. */
export const lastLook = ({ root, listed, unreadable }: Source): Source => ({
  root,
  listed,
  unreadable,
  list: () => Promise.resolve([...listed]),
});

/** @returns null when all could be looked into */
export function unreadableNote({ unreadable }: Source): ImportNote | null {
  if (unreadable.length === 0) return null;
  const folders = `${unreadable.slice(0, 5).join('; ')}${unreadable.length > 5 ? `; and ${unreadable.length - 5} more` : ''}`;
  return { id: 'unreadable', level: 'warning', message: `Folders that could not be read are left out: ${folders}` };
}

/** @throws ImportError when there is nothing at `root`, or more files than `limits.files` */
async function listSource(root: string, limits: { files: number; depth: number }, unreadable: string[]): Promise<SourceFile[]> {
  const top = await stat(root).catch((cause: unknown) => {
    throw new ImportError(root, null, isMissing(cause) ? 'there is no such file or folder.' : reasonOf(cause), cause);
  });
  if (!top.isDirectory()) return [{ path: root, name: basename(root), bytes: top.size, modified: top.mtimeMs }];

  const files: SourceFile[] = [];
  const seen = new Set<string>();
  /** @returns null for a folder that was listed before, has gone away meanwhile, or may not be read: only the root must be readable */
  const look = async (folder: string, prefix: string): Promise<Dirent[] | null> => {
    try {
      const real = await realpath(folder);
      if (seen.has(real)) return null;
      seen.add(real);
      return await readdir(folder, { withFileTypes: true });
    } catch (cause) {
      if (prefix === '') throw new ImportError(root, null, reasonOf(cause), cause);
      if (!isMissing(cause)) unreadable.push(`${prefix.slice(0, 200)} (${reasonOf(cause).slice(0, 100)})`);
      return null;
    }
  };
  const visit = async (folder: string, prefix: string, depth: number): Promise<void> => {
    if (depth > limits.depth) return;
    for (const entry of (await look(folder, prefix)) ?? []) {
      if (isPassedOver(entry.name)) continue;
      const path = join(folder, entry.name);
      const name = prefix + entry.name;
      if (entry.isDirectory()) await visit(path, `${name}/`, depth + 1);
      else if (entry.isFile() || entry.isSymbolicLink()) {
        const at = await stat(path).catch(() => null);
        if (at?.isDirectory()) await visit(path, `${name}/`, depth + 1);
        else if (at?.isFile()) files.push({ path, name, bytes: at.size, modified: at.mtimeMs });
      }
      if (files.length > limits.files)
        throw new ImportError(root, null, `more than ${limits.files} files. Choose the folder of one run, or a single file.`);
    }
  };
  await visit(root, '', 0);
  return files.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function reasonOf(cause: unknown): string {
  switch (errorCode(cause)) {
    case 'EACCES':
    case 'EPERM':
      return 'reading is not allowed. Check the permissions.';
    default:
      return messageOf(cause);
  }
}
