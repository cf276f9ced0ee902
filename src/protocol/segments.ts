/** The event segments of a run directory, as files. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../core/files/fileErrors.js';
import { largest } from '../core/extremes.js';
import { layout } from './layout.js';
import { linesFromEnd } from './linesFromEnd.js';
import { NotAFile, withFile } from '../core/files/regularFile.js';

/** A longer line is reported and passed over, so that memory stays bounded. */
export const maxLineBytes = 64 * 1024 * 1024;
const endBytes = 64 * 1024;

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

/**
 * The largest sequence number among the last lines of a segment; torn and malformed lines are passed over. Those of the last
 * 64 KiB are looked at, and as many before them as it takes to find one: a large segment costs no more than a small one.
 */
export function lastSeq(file: string): number {
  try {
    return withFile(file, (fd, size) => {
      let [seq, bytes] = [0, 0];
      for (const line of linesFromEnd(fd, size, maxLineBytes)) {
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
    listSegments(runDir).map((name) => lastSeq(join(eventsFolder(runDir), name))),
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
