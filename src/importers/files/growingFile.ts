import { open, type FileHandle } from 'node:fs/promises';
import { isMissing } from '../../core/files/fileErrors.js';
import { readHandleAt } from '../../core/files/readAt.js';
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';

/** How much of a file's beginning, and of what was read last, must be unchanged for it to be the same file grown. */
const printBytes = 512;

/** How far a growing file has been read, and by what it is told from another one that takes its name. */
export class GrowingFile {
  /** Behind what has been read. */
  offset = 0;
  private inode: string | undefined;
  private head: Buffer = Buffer.alloc(0);
  /** The bytes right before `offset`: a file rewritten with as many bytes differs here if not at its head. */
  private behind: Buffer = Buffer.alloc(0);

  constructor(private readonly file: { path: string; name: string }) {}

  /** @returns null for a file that has gone away: it has nothing new, and when it comes back it is another one */
  async open(): Promise<FileHandle | null> {
    try {
      return await open(this.file.path, 'r');
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw new ImportError(this.file.name, null, messageOf(cause), cause);
    }
  }

  /** Whether it is the file that was read, at most grown; any file is before the first look. */
  async isSame(handle: FileHandle): Promise<boolean> {
    const { size, ino, dev } = await handle.stat();
    return (
      this.inode === undefined ||
      (`${dev}:${ino}` === this.inode &&
        size >= this.offset &&
        (await readHandleAt(handle, 0, this.head.length)).equals(this.head) &&
        (await readHandleAt(handle, this.offset - this.behind.length, this.behind.length)).equals(this.behind))
    );
  }

  /** Goes on with the same file, or begins anew with another one. @returns whether it is the same */
  async recognise(handle: FileHandle): Promise<boolean> {
    const same = await this.isSame(handle);
    const { ino, dev } = await handle.stat();
    if (!same) {
      this.offset = 0;
      this.head = Buffer.alloc(0);
      this.behind = Buffer.alloc(0);
    }
    this.inode = `${dev}:${ino}`;
    return same;
  }

  /** @param start the file's first bytes, as far as they will not change */
  beginsWith(start: Buffer): void {
    this.head = Buffer.from(start.subarray(0, printBytes));
  }

  /** @param bytes what ends at `offset` */
  endsWith(bytes: Buffer): void {
    this.behind = Buffer.from(bytes.subarray(-printBytes));
  }

  /** @param bytes what was read from `offset` on */
  advance(bytes: Buffer): void {
    if (this.offset === this.head.length && this.offset < printBytes)
      this.beginsWith(Buffer.concat([this.head, bytes.subarray(0, printBytes)]));
    this.offset += bytes.length;
    this.endsWith(bytes);
  }
}
