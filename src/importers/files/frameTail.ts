import type { FileHandle } from 'node:fs/promises';
import { readHandleAt } from '../../core/files/readAt.js';
import { ImportError } from '../importer.js';
import { GrowingFile } from './growingFile.js';

const MiB = 1024 * 1024;
const chunkBytes = MiB;

/** A whole frame at the beginning of some bytes, or how many bytes it takes at least to tell. */
export type Frame = { length: number; payload: Buffer | null } | { need: number };

/**
 * Reads a growing file of binary frames and remembers where it was: the tail of a file in the making waits.
 * A file that shrank or was replaced is read from its beginning.
 */
export class FrameTail {
  private readonly at: GrowingFile;
  private wasRewritten = false;
  private waiting = 0;

  /**
   * @param frame looks at bytes that begin at `offset`; throws an ImportError for what cannot be
   * @param maxFrame bytes of the longest frame that is believed
   */
  constructor(
    private readonly file: { path: string; name: string },
    private readonly frame: (bytes: Buffer, offset: number) => Frame,
    private readonly maxFrame = 64 * MiB,
  ) {
    this.at = new GrowingFile(file);
  }

  /** Whether the last `read` began anew because the file had shrunk or was replaced. */
  get rewritten(): boolean {
    return this.wasRewritten;
  }

  /** Offset behind the last frame told. */
  get bytesRead(): number {
    return this.at.offset;
  }

  /** Bytes of an unfinished frame at the end, as of the last `read`. */
  get torn(): number {
    return this.waiting;
  }

  /**
   * Payloads of the frames new since the last call, each with the offset at which its frame begins.
   * @throws ImportError from `frame`, or for a frame that is too long
   */
  async *read(signal: AbortSignal): AsyncGenerator<{ payload: Buffer; offset: number }> {
    this.wasRewritten = false;
    const handle = await this.at.open();
    if (!handle) return;
    try {
      this.wasRewritten = !(await this.at.recognise(handle));
      yield* this.frames(handle, signal);
    } finally {
      await handle.close();
    }
  }

  /** Whether the file is no longer the one that was read: the next `read` will begin anew. */
  async isOther(): Promise<boolean> {
    const handle = await this.at.open();
    if (!handle) return false;
    try {
      return !(await this.at.isSame(handle));
    } finally {
      await handle.close();
    }
  }

  private async *frames(handle: FileHandle, signal: AbortSignal): AsyncGenerator<{ payload: Buffer; offset: number }> {
    let bytes: Buffer = Buffer.alloc(0);
    let position = this.at.offset;
    for (let need = 1; ;) {
      signal.throwIfAborted();
      const more = await readHandleAt(handle, position, Math.max(chunkBytes, need - bytes.length));
      position += more.length;
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
      while (bytes.length > 0) {
        const frame = this.frame(bytes, this.at.offset);
        if ('need' in frame) {
          need = frame.need;
          break;
        }
        const { payload, length } = frame;
        const offset = this.at.offset;
        this.at.advance(bytes.subarray(0, length));
        bytes = bytes.subarray(length);
        need = 1;
        if (payload) yield { payload, offset };
      }
      if (need > this.maxFrame)
        throw new ImportError(this.file.name, `byte ${this.at.offset}`, `a record of ${need} bytes cannot be: the file is damaged.`);
      this.waiting = bytes.length;
      if (more.length === 0) return;
    }
  }
}
