import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/**
 * Fills a buffer from a position on: a read may give less than was asked for.
 * @returns the part that was filled, shorter only where the file ends before
 */
export function readAt(fd: number, position: number, length: number, buffer: Buffer = Buffer.allocUnsafe(length)): Buffer {
  let filled = 0;
  while (filled < length) {
    const n = readSync(fd, buffer, filled, length - filled, position + filled);
    if (n === 0) break;
    filled += n;
  }
  return buffer.subarray(0, filled);
}

/** As `readAt`, without blocking the thread while the disk is read. */
export async function readHandleAt(
  handle: FileHandle,
  position: number,
  length: number,
  buffer = Buffer.allocUnsafe(length),
): Promise<Buffer<ArrayBuffer>> {
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
