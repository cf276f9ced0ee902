import { readHandleAt } from '../../core/files/readAt.js';
import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 1024 * 1024;

/** A file's chunks in turn, of which the next is being read while one is in use. */
export class ReadAhead {
  private coming: Promise<Buffer<ArrayBuffer>> | undefined;
  private spare: Buffer<ArrayBuffer> | undefined;
  private used: Buffer<ArrayBuffer> | undefined;

  constructor(
    private readonly handle: FileHandle,
    private position: number,
  ) {
    this.begin();
  }

  /** @returns bytes that hold until the next are asked for; null at the end of the file */
  async next(): Promise<Buffer | null> {
    const chunk = await this.coming;
    this.coming = undefined;
    if (!chunk || chunk.length === 0) return null;
    this.position += chunk.length;
    [this.spare, this.used] = [this.used, chunk];
    // A short one was the last.
    if (chunk.length === chunkBytes) this.begin();
    return chunk;
  }

  /** Nothing is being read any more. */
  async settled(): Promise<void> {
    await this.coming?.catch(() => undefined); // read ahead and never asked for: nothing is missing
  }

  private begin(): void {
    this.coming = readHandleAt(this.handle, this.position, chunkBytes, this.spare);
  }
}
