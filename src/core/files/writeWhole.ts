import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file piece by piece; it stands in the place of an older one when it is complete, and not before.
 * @param pieces is given what writes a piece
 * @returns what `pieces` came to @throws what it throws, or the file system's error; nothing of the file is left then
 */
export async function writeWhole<T>(
  file: string,
  pieces: (write: (piece: string | Uint8Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  const part = `${file}.${process.pid}.part`;
  const handle = await open(part, 'w');
  try {
    const result = await pieces(async (piece) => {
      if (piece.length > 0) await handle.writeFile(piece);
    });
    await handle.close();
    await rename(part, file);
    return result;
  } catch (error) {
    await handle.close();
    await rm(part, { force: true });
    throw error;
  }
}
