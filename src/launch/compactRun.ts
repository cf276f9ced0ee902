import { basename } from 'node:path';
import { errorCode } from '../core/files/fileErrors.js';
import { messageOf } from '../core/messageOf.js';
import { compactSegment, compressibleSegments, type Compaction } from '../protocol/compressed/compactSegments.js';
import { withRunLock } from './runLock.js';

/**
 * Compresses the segments of a run whose writer is done with them. The run's lock is held for one at a time, so that nobody who wants to
 * resume or rename the run waits for all of them.
 * @param done called after each segment, with how many there are in all
 * @throws when the run's folder cannot be written; what is compressed then stays so
 */
export async function compactRun(directory: string, done?: (segments: number, of: number) => void): Promise<Compaction[]> {
  const segments = compressibleSegments(directory);
  const compactions: Compaction[] = [];
  for (const [i, segment] of segments.entries()) {
    const compaction = await withRunLock(directory, () => compactSegment(directory, segment)).catch((error: unknown) => {
      if (!['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) throw error;
      throw new Error(`The folder of ${basename(directory)} cannot be written: its events stay as they are (${messageOf(error)}).`, {
        cause: error,
      });
    });
    if (compaction) compactions.push(compaction);
    done?.(i + 1, segments.length);
  }
  return compactions;
}
