/** A tar archive (ustar) as it is read: of what a run needs on a machine that has nothing of it. */
import { type Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readFlags } from '../../../core/files/regularFile.js';

/** What goes into an archive: a text, or a file or folder of this machine with all that it holds. */
export type Entry = { at: string; text: string; mode?: number } | { at: string; from: string };

const BLOCK = 512;
const CHUNK = 256 * 1024;
/** What eleven octal digits can say. */
const LARGEST = 8 ** 11 - 1;
/** Made anew wherever they are needed, or nobody's concern. */
const leftOut = new Set(['__pycache__', '.git', '.grpo-lab', 'node_modules', '.venv', '.mypy_cache', '.ruff_cache', '.pytest_cache']);

/** @throws the file system's error, for what cannot be read */
export async function* tar(entries: readonly Entry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    if ('text' in entry) {
      const content = Buffer.from(entry.text);
      yield* header(entry.at, content.length, entry.mode ?? 0o600, 0);
      yield content;
      yield padding(content.length);
    } else yield* read(entry.from, entry.at);
  }
  yield Buffer.alloc(2 * BLOCK);
}

async function* read(from: string, at: string): AsyncGenerator<Buffer> {
  const stats = await stat(from);
  if (stats.isDirectory()) {
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const inside = join(from, entry.name);
      if (leftOut.has(entry.name)) continue;
      // It may lead to anywhere, and back into itself.
      if (entry.isSymbolicLink() && (await stat(inside)).isDirectory())
        throw new Error(
          `${inside} is a link to a folder, which is not copied with the folder it lies in. Name the folder that it leads to.`,
        );
      yield* read(inside, `${at}/${entry.name}`);
    }
    return;
  }
  if (stats.size > LARGEST) throw new Error(`${from} has more than 8 GiB: copy it there yourself, and name it by its path there.`);
  if (!stats.isFile()) throw new Error(`${from} is neither a file nor a folder: it cannot be copied.`);
  yield* file(from, at, stats);
}

/** As long as the header says, whatever happens to the file meanwhile. */
async function* file(from: string, at: string, { size, mode, mtimeMs }: Stats): AsyncGenerator<Buffer> {
  yield* header(at, size, mode & 0o777, Math.floor(mtimeMs / 1000));
  const handle = await open(from, readFlags);
  try {
    for (let done = 0; done < size;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(CHUNK, size - done)), 0, undefined, done);
      if (bytesRead === 0) throw new Error(`${basename(from)} became shorter while it was copied. Start again.`);
      yield buffer.subarray(0, bytesRead);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  yield padding(size);
}

/** A name that is too long for its field stands before, as an entry of its own, as GNU's tar has it; every tar reads that. */
function* header(at: string, size: number, mode: number, mtime: number): Generator<Buffer> {
  const name = Buffer.from(at);
  if (name.length > 100) {
    yield block('././@LongLink', name.length + 1, 0, 0, 'L');
    yield Buffer.concat([name, Buffer.alloc(1), padding(name.length + 1)]);
  }
  yield block(name.subarray(0, 100), size, mode, mtime, '0');
}

function block(name: string | Buffer, size: number, mode: number, mtime: number, type: string): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  const field = (value: number, at: number, length: number): void => {
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  bytes.set(Buffer.from(name), 0);
  field(mode, 100, 8);
  field(0, 108, 8);
  field(0, 116, 8);
  field(size, 124, 12);
  field(mtime, 136, 12);
  bytes.write(type, 156, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  bytes.write('        ', 148, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

const padding = (length: number): Buffer => Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK);
