/** The last lines of a captured output. */
import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { readFlags } from '../core/files/regularFile.js';
import { abridged } from '../core/questionPreview.js';

const WINDOW_BYTES = 32 * 1024;
const LONGEST_LINE = 500;

/** @param from byte offset at which the output begins that counts: an earlier process wrote what is before it */
export async function tailOf(file: string, lines: number, from = 0): Promise<string[]> {
  const handle = await open(file, readFlags).catch(() => null); // nothing was ever captured
  if (!handle) return [];
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return [];
    const { size } = stat;
    const start = Math.max(from, size - WINDOW_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(size - start, 0)), 0, Math.max(size - start, 0), start);
    const all = buffer
      .toString('utf8', 0, bytesRead)
      .split(/\r?\n/)
      .map(leftOf)
      .filter((l) => l !== '');
    return all.slice(-lines).map((l) => abridged(l, LONGEST_LINE));
  } finally {
    await handle.close();
  }
}

/** What a terminal shows of a line in the end: a progress bar writes over itself, and moves the cursor. */
export const leftOf = (line: string): string =>
  stripVTControlCharacters(line)
    .split('\r')
    .findLast((part) => part.trim() !== '') ?? '';
