/** Compresses the segments of a run directory, one at a time. */
import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { compressedEnding, eventsFolder, listSegments, withOpenSegment } from '../segments.js';
import { compressSegment } from './compressSegment.js';

/** A smaller file is not worth a second form: what a watcher writes of a run, a run of a few steps. */
const smallest = 64 * 1024;

/** What compressing a segment came to, in bytes of its file. */
export interface Compaction {
  segment: string;
  before: number;
  after: number;
}

/** Segments that have a successor, so that their writer is done with them, and that lie uncompressed in a file that is worth it. */
export function compressibleSegments(runDir: string): string[] {
  return listSegments(runDir)
    .slice(0, -1)
    .filter((name) => (fileStat(join(eventsFolder(runDir), name))?.size ?? 0) > smallest);
}

/**
 * Puts a compressed file in the place of a segment's file. It is written beside, renamed when it is whole and on the disk, and only then is
 * the other one removed: a crash at any instant leaves one of the two whole, or both. To be called by one process at a time.
 * @returns undefined where nothing was changed: it is compressed already, or would become no smaller
 * @throws the file system's error; the segment then stands as it was
 */
export async function compactSegment(runDir: string, segment: string): Promise<Compaction | undefined> {
  const file = join(eventsFolder(runDir), segment);
  const before = fileStat(file);
  if (!before) return undefined;
  const beside = `${file}${compressedEnding}.tmp`;
  try {
    await withOpenSegment(runDir, segment, (bytes) => compressSegment(bytes, beside));
    const { size: after } = lstatSync(beside);
    const now = fileStat(file);
    if (now?.size !== before.size || now.mtimeMs !== before.mtimeMs)
      throw new Error(`${file} was changed while it was compressed: it stays as it is.`);
    if (after >= before.size) return undefined;
    renameSync(beside, file + compressedEnding);
    syncFolder(eventsFolder(runDir));
    rmSync(file, { maxRetries: 10, retryDelay: 20 }); // Windows: somebody may be reading it
    return { segment, before: before.size, after };
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Undefined for what is no file, and for a link: the file that it leads to belongs to somebody else. */
function fileStat(file: string): Stats | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? stat : undefined;
}

/** The new name is to be on the disk before the old one goes. Windows cannot be asked for it, and keeps the order itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
