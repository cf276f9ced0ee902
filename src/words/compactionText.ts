import { count, memory, percent } from '../core/format.js';
import type { Compaction } from '../protocol/compressed/compactSegments.js';

/** What compressing a run's events came to, to stand after its name. */
export function compactionText(compactions: readonly Compaction[]): string {
  if (compactions.length === 0)
    return 'has nothing to compress: its newest segment, those below 64 KiB and those that are compressed stay as they are';
  const { before, after } = totalOf(compactions);
  return `has ${count(compactions.length, 'segment')} compressed, from ${memory(before)} to ${memory(after)} (${percent(after / before)})`;
}

/** In bytes. */
export const totalOf = (compactions: readonly Compaction[]): { before: number; after: number } => ({
  before: compactions.reduce((sum, c) => sum + c.before, 0),
  after: compactions.reduce((sum, c) => sum + c.after, 0),
});
