import { closeSync, openSync } from 'node:fs';
import { readAt } from '../../core/files/readAt.js';

const blockBytes = 16 * 1024;
const mostBlocks = 256;
/** Longer pieces are read for themselves: they would drive everything else out. */
const longBytes = 1024 * 1024;

/**
 * Pieces of a file from anywhere in it, by way of the blocks that were used last: those who ask go through the file in several places
 * at once, forwards in each. Synchronous: most of it is in memory, and imports have a process of their own.
 */
export class BlockCache {
  private readonly fd: number;
  /** By number, the one used last at the end. */
  private readonly blocks = new Map<number, Buffer>();

  constructor(path: string) {
    this.fd = openSync(path, 'r');
  }

  /** @returns UTF-8 from there; shorter when the file is */
  text(offset: number, length: number): string {
    if (length > longBytes) return this.read(offset, Buffer.allocUnsafeSlow(length)).toString('utf8');
    const first = Math.floor(offset / blockBytes);
    const last = Math.floor((offset + length - 1) / blockBytes);
    const start = offset - first * blockBytes;
    if (first === last) return this.block(first).toString('utf8', start, start + length);
    const blocks = Array.from({ length: last - first + 1 }, (_, i) => this.block(first + i));
    return Buffer.concat(blocks).toString('utf8', start, start + length);
  }

  close(): void {
    closeSync(this.fd);
  }

  private block(index: number): Buffer {
    const known = this.blocks.get(index);
    this.blocks.delete(index);
    const block =
      known ?? this.read(index * blockBytes, this.blocks.size < mostBlocks ? Buffer.allocUnsafeSlow(blockBytes) : this.oldest());
    this.blocks.set(index, block);
    return block;
  }

  /** @returns `into`, or what of it there is in the file */
  private read(offset: number, into: Buffer): Buffer {
    const bytes = readAt(this.fd, offset, into.length, into);
    return bytes.length === into.length ? into : Buffer.from(bytes);
  }

  /** Taken out, to be read over. */
  private oldest(): Buffer {
    const [[index, bytes]] = this.blocks;
    this.blocks.delete(index);
    return bytes.length === blockBytes ? bytes : Buffer.allocUnsafeSlow(blockBytes);
  }
}
