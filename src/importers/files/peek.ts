/** A look at the beginning of a file: what detection and previews go by. Never throws for wrong content. */
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { readAt } from '../../core/files/readAt.js';
import { parseJson } from './json.js';

/** @returns fewer bytes when the file is shorter; none when it cannot be read */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const handle = await open(path, 'r').catch(() => null);
  if (!handle) return Buffer.alloc(0);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return Buffer.alloc(0);
  } finally {
    await handle.close();
  }
}

/** The same where nobody can wait. */
export const firstBytesSync = (path: string, count: number): Buffer => bytesSync(path, 0, count);

/** A file's end, or all of it when it is shorter. @param bytes the file's length */
export const lastBytesSync = ({ path, bytes }: { path: string; bytes: number }, count: number): Buffer =>
  bytesSync(path, Math.max(0, bytes - count), count);

function bytesSync(path: string, position: number, count: number): Buffer {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return readAt(fd, position, count);
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * The values of a JSONL file's first lines.
 * @param maxBytes lines that end behind it are not looked at, but for the first, which may be up to 16 times as long
 */
export async function firstJsonLines(path: string, count: number, maxBytes = 256 * 1024): Promise<unknown[]> {
  let text = (await firstBytes(path, maxBytes)).toString('utf8');
  if (!text.includes('\n')) text = (await firstBytes(path, 16 * maxBytes)).toString('utf8');
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const values: unknown[] = [];
  for (const line of lines) {
    if (values.length >= count) break;
    if (line.trim() === '') continue;
    try {
      values.push(parseJson(line));
    } catch {
      break; // torn at the end of what was read, or no JSON
    }
  }
  return values;
}
