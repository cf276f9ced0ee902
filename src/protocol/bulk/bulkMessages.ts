/** What the writer of an import and its thread say to each other. Blocks change hands: nothing is copied. */
export interface BulkOptions {
  /** Where the segments go. */
  folder: string;
  /** A segment that has reached this size is closed. */
  segmentBytes: number;
}

export type BulkRequest = { block: SharedArrayBuffer; filled: number } | { end: true };

/** A block that is free again; or all is in its file; or the file that could not be written, and why. */
export type BulkReply = { block: SharedArrayBuffer } | { ended: true } | { failed: string; message: string; code: string | undefined };
