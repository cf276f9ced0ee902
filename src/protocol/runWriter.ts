import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../core/files/fileErrors.js';
import { messageOf } from '../core/messageOf.js';
import { toWire } from './arrays.js';
import { PROTOCOL_VERSION, type EventBody } from './events.js';
import { segmentName } from './layout.js';
import { eventsFolder, lastSeqOf, listSegments, segmentIndex } from './segments.js';

/** A segment is closed and the next one begun when it has reached this size. */
export const maxSegmentBytes = 64 * 1024 * 1024;

/** Something could not be written to a run directory. It does not count; the next `append` begins a new segment. */
export class WriteError extends Error {
  constructor(file: string, cause: unknown, what = 'an event') {
    super(`Could not write ${what} to ${file}: ${advice(cause)}`, { cause });
    this.name = 'WriteError';
  }
}

function advice(cause: unknown): string {
  switch (errorCode(cause)) {
    case 'ENOSPC':
      return 'the disk is full. Free some space (old checkpoints are the largest files of a run), then resume the run.';
    case 'EDQUOT':
      return 'your disk quota is used up. Free some space, then resume the run.';
    case 'EFBIG':
      return 'the file would be larger than the limit set for this process (ulimit -f). Raise it, then resume the run.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'writing is not allowed there. Check the permissions of the run directory.';
    default:
      return messageOf(cause);
  }
}

/** JSON knows no NaN and would make null of it. */
const notFinite = (_key: string, value: unknown): unknown => (typeof value === 'number' ? toWire(value) : value);

/** Whether a number in it is not finite. Checked first, because a replacer makes `JSON.stringify` several times slower. */
function hasNonFinite(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasNonFinite);
  for (const key in value) if (hasNonFinite(value[key as keyof typeof value])) return true;
  return false;
}

/**
 * An event as its line, with the newline.
 * @param time ISO 8601
 */
export function eventLine(seq: number, time: string, body: EventBody): string {
  const event = { v: PROTOCOL_VERSION, seq, time, ...body };
  return `${JSON.stringify(event, hasNonFinite(body) ? notFinite : undefined)}\n`;
}

/**
 * Appends events to a run directory: numbers them, dates them, one whole line each, synchronously.
 * Each writer has segments of its own, so that a torn line of an earlier process is never continued.
 */
export class RunWriter {
  private fd: number | undefined;
  private file = '';
  private bytes = 0;
  private closed = false;
  private handedOver = false;

  private constructor(
    private readonly runDir: string,
    private seq: number,
    private readonly segmentBytes: number,
  ) {}

  /** Continues the numbering of whatever is in `runDir` already; creates its events folder when needed. */
  static open(runDir: string, options: { segmentBytes?: number } = {}): RunWriter {
    mkdirSync(eventsFolder(runDir), { recursive: true });
    return new RunWriter(runDir, lastSeqOf(runDir), options.segmentBytes ?? maxSegmentBytes);
  }

  /** Number of the event written last; 0 when the run has none. */
  get lastSeq(): number {
    return this.seq;
  }

  /**
   * @returns the event's sequence number
   * @throws WriteError when the line could not be written whole
   */
  append(body: EventBody, time: Date = new Date()): number {
    if (this.closed) throw new Error(`The writer of ${this.runDir} is closed.`);
    if (this.handedOver) {
      this.seq = Math.max(this.seq, lastSeqOf(this.runDir));
      this.handedOver = false;
    }
    // A failed write may have left its number in the file: it is not used again.
    const seq = ++this.seq;
    const line = Buffer.from(eventLine(seq, time.toISOString(), body));
    try {
      if (this.fd !== undefined && this.bytes > 0 && this.bytes + line.length > this.segmentBytes) this.closeSegment();
      this.fd ??= this.openSegment();
      for (let written = 0; written < line.length;) written += writeSync(this.fd, line, written);
    } catch (error) {
      this.closeSegment();
      throw new WriteError(this.file, error);
    }
    this.bytes += line.length;
    return seq;
  }

  /** Another program writes from here on, until the next `append`: that begins a new segment, with numbers behind those of the other one. */
  handOver(): void {
    this.handedOver = true;
    this.closeSegment();
  }

  close(): void {
    this.closed = true;
    this.closeSegment();
  }

  /** Opens the segment after the newest one; when another process makes that one at the same instant, the one after it. */
  private openSegment(): number {
    const last = listSegments(this.runDir).at(-1);
    for (let index = last === undefined ? 1 : segmentIndex(last) + 1; ; index++) {
      this.file = join(eventsFolder(this.runDir), segmentName(index));
      try {
        const fd = openSync(this.file, 'ax');
        this.bytes = 0;
        return fd;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
    }
  }

  private closeSegment(): void {
    if (this.fd === undefined) return;
    const fd = this.fd;
    this.fd = undefined;
    closeSync(fd);
  }
}
