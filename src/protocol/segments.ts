/** The event segments of a run directory: files as their writer wrote them, or compressed since (`compressed/`). */
import { closeSync, fstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes } from '../core/files/byteSource.js';
import { fileBytes } from '../core/files/fileBytes.js';
import { isMissing } from '../core/files/fileErrors.js';
import { NotAFile, openRegular } from '../core/files/regularFile.js';
import { largest } from '../core/extremes.js';
import { CompressedSegment, type Damage } from './compressed/compressedSegment.js';
import { layout } from './layout.js';
import { linesFromEnd } from './linesFromEnd.js';

/** A longer line is reported and passed over, so that memory stays bounded. */
export const maxLineBytes = 64 * 1024 * 1024;
const endBytes = 64 * 1024;

const segmentPattern = /^(\d{6,15})\.ndjson(\.zst)?$/;

/** What follows the name of a segment in that of its compressed file. */
export const compressedEnding = '.zst';

export const segmentIndex = (name: string): number => Number(segmentPattern.exec(name)?.[1] ?? 0);

export const eventsFolder = (runDir: string): string => join(runDir, layout.events);

/**
 * @returns segment names (`000001.ndjson`, compressed or not) in order of their number; none when the folder is not there (yet)
 */
export function listSegments(runDir: string): string[] {
  let names: string[];
  try {
    names = readdirSync(eventsFolder(runDir));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const segments = names
    .filter((n) => segmentPattern.test(n))
    .map((n) => (n.endsWith(compressedEnding) ? n.slice(0, -compressedEnding.length) : n));
  return [...new Set(segments)].sort((a, b) => segmentIndex(a) - segmentIndex(b));
}

/** A segment's bytes as its writer wrote them, whichever file they lie in. */
export interface Segment extends Bytes {
  /** Name of its file. */
  file: string;
  /** What is wrong with the outline of a compressed file. */
  fault: string | null;
  /** The first part of a range that was read, and is blank because its frame is damaged. */
  damageIn(position: number, length: number): Damage | undefined;
}

/**
 * Opens a segment; of two files of one segment (a compression was interrupted, and both are whole) the one that is not compressed.
 * @throws NotAFile, or the file system's error
 */
export function openSegment(runDir: string, name: string): Segment & { close(): void } {
  const plain = join(eventsFolder(runDir), name);
  let fd: number;
  try {
    fd = openRegular(plain);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return openCompressed(runDir, name, error);
  }
  return { ...fileBytes(fd, fstatSync(fd).size), file: name, fault: null, damageIn: () => undefined, close: () => closeSync(fd) };
}

/** @param missing why its other file could not be opened: what is said when there is neither */
function openCompressed(runDir: string, name: string, missing: unknown): Segment & { close(): void } {
  const file = name + compressedEnding;
  let fd: number;
  try {
    fd = openRegular(join(eventsFolder(runDir), file));
  } catch (error) {
    throw isMissing(error) ? missing : error;
  }
  try {
    const content = new CompressedSegment(fileBytes(fd, fstatSync(fd).size));
    return {
      ...{ file, size: content.size, fault: content.fault },
      read: (position, length) => content.read(position, length),
      damageIn: (position, length) => content.damageIn(position, length),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Runs `use` with an open segment. @throws as `openSegment` */
export function withSegment<T>(runDir: string, name: string, use: (segment: Segment) => T): T {
  const segment = openSegment(runDir, name);
  try {
    return use(segment);
  } finally {
    segment.close();
  }
}

/** The same where `use` takes its time. */
export async function withOpenSegment<T>(runDir: string, name: string, use: (segment: Segment) => Promise<T>): Promise<T> {
  const segment = openSegment(runDir, name);
  try {
    return await use(segment);
  } finally {
    segment.close();
  }
}

/** Changes when something is appended to a segment, or when it becomes another file; undefined when it is gone. Reads no content. */
export function segmentStamp(runDir: string, name: string): string | undefined {
  const plain = join(eventsFolder(runDir), name);
  const stat = statSync(plain, { throwIfNoEntry: false });
  if (stat) return String(stat.size);
  const compressed = statSync(plain + compressedEnding, { throwIfNoEntry: false });
  return compressed && `compressed ${compressed.size} ${compressed.mtimeMs} ${compressed.ino}`;
}

/**
 * The largest sequence number among the last lines of a segment; torn and malformed lines are passed over. Those of the last
 * 64 KiB are looked at, and as many before them as it takes to find one: a large segment costs no more than a small one.
 */
export function lastSeq(runDir: string, name: string): number {
  try {
    return withSegment(runDir, name, (segment) => {
      let [seq, bytes] = [0, 0];
      for (const line of linesFromEnd(segment, maxLineBytes)) {
        seq = Math.max(seq, seqOf(line.toString('utf8')));
        bytes += line.length + 1;
        if (seq > 0 && bytes >= endBytes) break;
      }
      return seq;
    });
  } catch (error) {
    if (error instanceof NotAFile) return 0; // readers pass over it, too
    throw error;
  }
}

/** Number of the newest event in a run directory; 0 when it has none. */
export const lastSeqOf = (runDir: string): number =>
  largest(
    listSegments(runDir).map((name) => lastSeq(runDir, name)),
    0,
  );

function seqOf(line: string): number {
  try {
    const event: unknown = JSON.parse(line);
    const seq = typeof event === 'object' && event !== null && 'seq' in event ? event.seq : 0;
    return Number.isSafeInteger(seq) ? (seq as number) : 0;
  } catch {
    return 0; // torn or malformed: carries no number
  }
}
