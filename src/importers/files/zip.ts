import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';

/** Method numbers of the ZIP specification. */
const STORED = 0;
const DEFLATED = 8;
const ZSTANDARD = 93;

const MiB = 1024 * 1024;
export const zipLimits = { entries: 200_000, entryBytes: 64 * MiB, ratio: 1000 } as const;

/** An open ZIP archive whose entries are read one at a time, each bounded before anything is inflated. */
export class ZipReader {
  private constructor(
    private readonly name: string,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws ImportError when it is no ZIP archive (an unfinished one has no directory at its end) */
  static async open(file: { path: string; name: string }): Promise<ZipReader> {
    let zip: ZipFile;
    try {
      zip = await openPromise(file.path, { lazyEntries: true, autoClose: false });
    } catch (cause) {
      throw new ImportError(file.name, null, `not a complete ZIP archive (${messageOf(cause)}).`, cause);
    }
    try {
      return new ZipReader(file.name, zip, await directory(file.name, zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  has(entry: string): boolean {
    return this.entries.has(entry);
  }

  /**
   * @returns the entry's bytes
   * @throws ImportError when it is missing, encrypted, larger than `maxBytes`, inflated beyond measure, or damaged
   */
  async read(name: string, maxBytes: number = zipLimits.entryBytes): Promise<Buffer> {
    const entry = this.entries.get(name);
    const at = `entry ${name}`;
    if (!entry) throw new ImportError(this.name, at, 'there is no such entry.');
    const { uncompressedSize: size, compressedSize: packed } = entry;
    if (entry.isEncrypted()) throw new ImportError(this.name, at, 'it is encrypted. Decrypt the archive first.');
    if (size > maxBytes || packed > maxBytes)
      throw new ImportError(
        this.name,
        at,
        `${Math.ceil(Math.max(size, packed) / MiB)} MiB; at most ${Math.floor(maxBytes / MiB)} are read.`,
      );
    if (size > MiB && size > packed * zipLimits.ratio)
      throw new ImportError(this.name, at, `${packed} bytes say that they inflate to ${size}: this is no log but a ZIP bomb.`);
    const bytes = await this.inflate(entry, at);
    if (bytes.length !== size || crc32(bytes) !== entry.crc32)
      throw new ImportError(this.name, at, 'damaged: its length or check sum is wrong. Copy the file again.');
    return bytes;
  }

  close(): void {
    this.zip.close();
  }

  private async inflate(entry: Entry, at: string): Promise<Buffer> {
    // One byte more than none: an empty entry is no error, and no output may grow beyond what was announced.
    const limit = { maxOutputLength: entry.uncompressedSize + 1 };
    let raw: Buffer;
    try {
      const parts: Buffer[] = [];
      for await (const part of await this.zip.openReadStreamPromise(entry, { decodeFileData: false })) parts.push(part as Buffer);
      raw = Buffer.concat(parts);
    } catch (cause) {
      throw new ImportError(this.name, at, `cannot be read (${messageOf(cause)}).`, cause);
    }
    try {
      switch (entry.compressionMethod) {
        case STORED:
          return raw;
        case DEFLATED:
          return inflateRawSync(raw, limit);
        case ZSTANDARD:
          return zstdDecompressSync(raw, limit);
      }
    } catch (cause) {
      throw new ImportError(this.name, at, `damaged (${messageOf(cause)}).`, cause);
    }
    throw new ImportError(this.name, at, `compressed by method ${entry.compressionMethod}; 0, 8 (deflate) and 93 (Zstandard) are read.`);
  }
}

async function directory(file: string, zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > zipLimits.entries)
    throw new ImportError(file, null, `${zip.entryCount} entries; at most ${zipLimits.entries} are read.`);
  const entries = new Map<string, Entry>();
  await new Promise<void>((done, fail) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('end', done);
    zip.on('error', (cause: unknown) => fail(new ImportError(file, null, `its directory is damaged (${messageOf(cause)}).`, cause)));
    zip.readEntry();
  });
  return entries;
}
