import { open, type FileHandle } from 'node:fs/promises';
import { isMissing } from '../../protocol/segments.js';
import { ImportError } from '../importer.js';

const MiB = 1024 * 1024;
const chunkBytes = MiB;
const printBytes = 512;

/** A whole frame at the beginning of some bytes, or how many bytes it takes at least to tell. */
export type Frame = { length: number; payload: Buffer | null } | { need: number };

/**
 * Reads a growing file of binary frames and remembers where it was: the tail of a file in the making waits.
 * A file that shrank or was replaced is read from its beginning.
 */
export class FrameTail {
  private offset = 0;
  private inode: string | undefined;
  private head = Buffer.alloc(0);
  private behind = Buffer.alloc(0);
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
  ) {}

  /** Whether the last `read` began anew because the file had shrunk or was replaced. */
  get rewritten(): boolean {
    return this.wasRewritten;
  }

  /** Offset behind the last frame told. */
  get bytesRead(): number {
    return this.offset;
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
    const handle = await this.open();
    if (!handle) return;
    try {
      await this.recognise(handle);
      yield* this.frames(handle, signal);
    } finally {
      await handle.close();
    }
  }

  private async open(): Promise<FileHandle | null> {
    try {
      return await open(this.file.path, 'r');
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw new ImportError(this.file.name, null, cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  /** Whether the file is no longer the one that was read: the next `read` will begin anew. */
  async isOther(): Promise<boolean> {
    const handle = await this.open();
    if (!handle) return false;
    try {
      return !(await this.isSame(handle));
    } finally {
      await handle.close();
    }
  }

  private async isSame(handle: FileHandle): Promise<boolean> {
    const { size, ino, dev } = await handle.stat();
    return (
      this.inode === undefined ||
      (`${dev}:${ino}` === this.inode &&
        size >= this.offset &&
        (await readAt(handle, 0, this.head.length)).equals(this.head) &&
        (await readAt(handle, this.offset - this.behind.length, this.behind.length)).equals(this.behind))
    );
  }

  private async recognise(handle: FileHandle): Promise<void> {
    const same = await this.isSame(handle);
    const { ino, dev } = await handle.stat();
    if (!same) {
      this.wasRewritten = true;
      this.offset = 0;
      this.behind = Buffer.alloc(0);
    }
    this.inode = `${dev}:${ino}`;
    // Never more of the head than has been told: what follows may still change.
    if (!same) this.head = Buffer.alloc(0);
  }

  private async *frames(handle: FileHandle, signal: AbortSignal): AsyncGenerator<{ payload: Buffer; offset: number }> {
    let bytes: Buffer = Buffer.alloc(0);
    let position = this.offset;
    for (let need = 1; ;) {
      signal.throwIfAborted();
      const more = await readAt(handle, position, Math.max(chunkBytes, need - bytes.length));
      position += more.length;
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
      while (bytes.length > 0) {
        const frame = this.frame(bytes, this.offset);
        if ('need' in frame) {
          need = frame.need;
          break;
        }
        const { payload, length } = frame;
        const offset = this.offset;
        this.remember(bytes.subarray(0, length));
        bytes = bytes.subarray(length);
        need = 1;
        if (payload) yield { payload, offset };
      }
      if (need > this.maxFrame)
        throw new ImportError(this.file.name, `byte ${this.offset}`, `a record of ${need} bytes cannot be: the file is damaged.`);
      this.waiting = bytes.length;
      if (more.length === 0) return;
    }
  }

  private remember(frame: Buffer): void {
    if (this.head.length < printBytes && this.offset === this.head.length)
      this.head = Buffer.concat([this.head, frame.subarray(0, printBytes - this.head.length)]);
    this.offset += frame.length;
    this.behind = Buffer.from(frame.subarray(-printBytes));
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
