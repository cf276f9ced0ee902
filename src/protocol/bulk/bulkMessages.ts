/** Messages between the writer of an import and its thread. Blocks are handed over, not copied. */
export interface BulkOptions {
  /** Where the segments go. */
  folder: string;
  /** A segment that has reached this size is closed. */
  segmentBytes: number;
}

export type BulkRequest = { block: SharedArrayBuffer; filled: number } | { end: true };

/** One of three: a block is free again, everything is in its file, or a file could not be written, and why. */
export type BulkReply = { block: SharedArrayBuffer } | { ended: true } | { failed: string; message: string; code: string | undefined };
