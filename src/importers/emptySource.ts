import { isPointer, pointerBytes, pointerHead } from './files/lfsPointer.js';
import { firstBytes } from './files/peek.js';
import { unreadableNote } from './files/folderSource.js';
import type { Source } from './importer.js';

const looked = 50;

/** Why nothing can be in a source, whatever the format: a sentence; null when something may be. */
export async function whyNothing(source: Source): Promise<string | null> {
  const files = await source.list();
  if (files.length === 0)
    return unreadableNote(source)?.message ?? 'The folder is empty: there is no file in it, nor in a folder below it.';
  if (files.every(({ bytes }) => bytes === 0))
    return files.length === 1 ? 'The file is empty: it has 0 bytes.' : `All ${files.length} files in it are empty: they have 0 bytes.`;
  const pointers: string[] = [];
  for (const file of files.filter(({ bytes }) => bytes > 0 && bytes < pointerBytes).slice(0, looked))
    if (isPointer((await firstBytes(file.path, pointerHead)).toString('latin1'))) pointers.push(file.name);
  const others = files.filter(({ name, bytes }) => bytes > 0 && !pointers.includes(name) && !isBeside.test(name));
  if (pointers.length === 0 || others.length > 0) return null;
  const named = pointers.slice(0, 3).join(', ') + (pointers.length > 3 ? ` and ${pointers.length - 3} more` : '');
  return `${named} ${pointers.length === 1 ? 'is a Git LFS pointer' : 'are Git LFS pointers'}, not the data: run "git lfs pull" in the repository, and import again.`;
}

/** What lies beside data and is none. */
const isBeside = /(?:^|\/)(?:[^/]+\.md|LICEN[CS]E[^/]*|\.git[^/]*)$/i;
