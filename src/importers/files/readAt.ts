import type { FileHandle } from 'node:fs/promises';

/** @returns the bytes at a position, fewer where the file ends before */
export async function readAt(
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
