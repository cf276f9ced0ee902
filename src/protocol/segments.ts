/** The event segments of a run directory, as files. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { largest } from '../core/extremes.js';
import { layout } from './layout.js';

const segmentPattern = /^(\d{6,15})\.ndjson$/;

export const segmentIndex = (name: string): number => Number(segmentPattern.exec(name)?.[1] ?? 0);

export const eventsFolder = (runDir: string): string => join(runDir, layout.events);

/** @returns segment names in order of their number; none when the folder is not there (yet) */
export function listSegments(runDir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(eventsFolder(runDir));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names.filter((n) => segmentPattern.test(n)).sort((a, b) => segmentIndex(a) - segmentIndex(b));
}

/** Whether the error says that a file or folder is not there. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error));

export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Runs `use` with an open file and its size. */
export function withFile<T>(file: string, use: (fd: number, size: number) => T): T {
  const fd = openSync(file, 'r');
  try {
    return use(fd, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

/** Reads up to `length` bytes at `position`; fewer when the file ends before. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const n = readSync(fd, buffer, filled, length - filled, position + filled);
    if (n === 0) break;
    filled += n;
  }
  return buffer.subarray(0, filled);
}

/**
 * The largest sequence number among the last lines of a segment; torn and malformed lines are passed over.
 * Reads from the end, so that a large segment costs no more than a small one.
 */
export function lastSeq(file: string): number {
  return withFile(file, (fd, size) => {
    for (let window = 64 * 1024; ; window *= 8) {
      const start = Math.max(0, size - window);
      const lines = readAt(fd, start, size - start)
        .toString('utf8')
        .split('\n');
      if (start > 0) lines.shift(); // begins in the middle of a line
      const seq = largest(lines.slice(-1000).map(seqOf), 0);
      if (seq > 0 || start === 0) return seq;
    }
  });
}

function seqOf(line: string): number {
  try {
    const event: unknown = JSON.parse(line);
    const seq = typeof event === 'object' && event !== null && 'seq' in event ? event.seq : 0;
    return Number.isSafeInteger(seq) ? (seq as number) : 0;
  } catch {
    return 0; // torn or malformed: carries no number
  }
}
