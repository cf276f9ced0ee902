import { createHash } from 'node:crypto';
import type { Bytes } from '../core/files/byteSource.js';
import { isMissing } from '../core/files/fileErrors.js';
import type { RunEvent } from './events.js';
import type { Damage } from './compressed/compressedSegment.js';
import { parseLine } from './parseLine.js';
import { NotAFile } from '../core/files/regularFile.js';
import { listSegments, maxLineBytes, segmentStamp, withSegment, type Segment } from './segments.js';
import { SeqSet } from './seqSet.js';

export interface SegmentCursor {
  /** Everything before this byte has been read. */
  offset: number;
  /** Number of lines before `offset`. */
  lines: number;
  /** The rest of a line that is too long is being passed over. */
  skipping: boolean;
  /** The unfinished line at `offset` has been reported as torn; should it be finished after all, it counts. */
  torn: boolean;
  /**
   * Digest of the first line, by which another file of the same name is noticed; null until that line is whole. For something that is no
   * file: its kind.
   */
  head: string | null;
}

/** How far a run directory has been read. Stored together with what was made of it. */
export interface Cursor {
  segments: Map<string, SegmentCursor>;
  /** Numbers of the events read so far: each event counts once, in whatever order they come. */
  seen: SeqSet;
}

/** Where an event stands. */
export interface Place {
  /** Relative to the run directory, with forward slashes. */
  file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  line: number;
}
export interface ReadEvent extends Place {
  event: RunEvent;
  /** Where the line begins in its segment, and how long it is without its line break: bytes. */
  offset: number;
  bytes: number;
}
export interface Problem extends Place {
  reason: string;
  /** The beginning of the line. */
  excerpt: string;
}

export interface Chunk {
  events: ReadEvent[];
  /** What could not be used; the rest of the file is read nevertheless. */
  problems: Problem[];
  /** Places reported as torn in an earlier chunk and finished since. */
  healed: Place[];
  /** Events of types that this reader does not know. */
  unknown: number;
  /** Bytes consumed. */
  bytes: number;
  /** Whether segments or their cursors changed: otherwise there is nothing to store. */
  moved: boolean;
  /** There is more to read now. */
  more: boolean;
  /** A segment is not the file that the cursor was made for: what was read before is void, and so is this chunk. Begin with an empty cursor. */
  replaced: boolean;
}

const emptyCursor = (): Cursor => ({ segments: new Map(), seen: new SeqSet() });
const excerptOf = (line: string): string => line.slice(0, 200);

/**
 * Reads a run directory piece by piece. A reader owns its cursor and advances it. The caller stores the cursor together with what was read,
 * and after a failure makes a new reader from the stored one: nothing is lost, nothing counted twice.
 *
 * Every whole line is judged once. A last line without its line break is left for later while it is not valid JSON (half an object never
 * is), and reported as torn once a newer segment shows that its writer has ended.
 */
export class RunReader {
  private chunk: Chunk = emptyChunk();
  /** What the segments looked like when they were last opened, of those that `next` has come to. */
  private stamps = new Map<string, string>();
  /** The same of compressed ones that have been read to their end: they are opened again when they are other files. */
  private readonly finished = new Map<string, string>();

  constructor(
    private readonly runDir: string,
    readonly cursor: Cursor = emptyCursor(),
    private readonly lineLimit = maxLineBytes,
  ) {}

  /**
   * @param maxBytes about how much to read: a line is never cut, so a long one makes a larger chunk
   * @throws the file system's error when a segment cannot be read for another reason than being gone
   */
  next(maxBytes: number): Chunk {
    const chunk = (this.chunk = emptyChunk());
    const before = this.stamps;
    this.stamps = new Map();
    const names = listSegments(this.runDir);
    this.dropVanished(names);
    for (const [i, name] of names.entries()) {
      this.readSegment(name, i === names.length - 1, maxBytes - chunk.bytes, before.get(name));
      if (chunk.bytes >= maxBytes) chunk.more = true;
      if (chunk.more || chunk.replaced) break;
    }
    return chunk;
  }

  /** Whether a segment has appeared, vanished, grown or been compressed since `next` reported no more. Reads no content. */
  get hasNews(): boolean {
    const names = listSegments(this.runDir);
    return names.length !== this.stamps.size || names.some((name) => this.stamps.get(name) !== segmentStamp(this.runDir, name));
  }

  private dropVanished(names: string[]): void {
    for (const [name, { head, offset }] of this.cursor.segments) {
      if (names.includes(name)) continue;
      this.cursor.segments.delete(name);
      this.chunk.moved = true;
      // Something that was no file has been removed, as the report has asked: that is nothing to report.
      if (offset === 0 && head !== null) this.chunk.healed.push({ file: fileOf(name), line: 0 });
      else this.report(name, 0, 'the segment is gone; what was read from it is kept');
    }
  }

  /** @param before its stamp when it was opened last */
  private readSegment(name: string, newest: boolean, budget: number, before: string | undefined): void {
    const stamp = segmentStamp(this.runDir, name);
    if (stamp !== undefined) this.stamps.set(name, stamp);
    if (stamp !== undefined && stamp === this.finished.get(name)) return;
    try {
      withSegment(this.runDir, name, (segment) => {
        const { size } = segment;
        const at = this.segment(name);
        const head = headOf(segment);
        if (at.head !== null && head !== null && head !== at.head) this.chunk.replaced = true;
        at.head ??= head;
        if (size < at.offset) {
          this.report(name, 0, `shrank from ${at.offset} to ${size} bytes: it is read again, known events are passed over`);
          Object.assign(at, { offset: 0, lines: 0, skipping: false, torn: false });
        }
        const isOther = size > at.offset || at.offset === 0 ? stamp !== before : this.finished.has(name);
        if (segment.file !== name && isOther) this.judgeFile(segment);
        if (size > at.offset) this.readLines(name, at, segment, newest, budget);
        if (segment.file !== name && at.offset === size && stamp !== undefined) this.finished.set(name, stamp);
      });
    } catch (error) {
      if (error instanceof NotAFile) this.passOver(name, error);
      else if (!isMissing(error)) throw error; // deleted since it was listed: the next call reports it
    }
  }

  /**
   * Reports, once, something that is no file. Its kind is stored in place of a digest, so that a file that takes its place is read from its
   * beginning.
   */
  private passOver(name: string, { kind, reason }: NotAFile): void {
    const at = this.segment(name);
    if (at.head === kind) return;
    at.head = kind;
    this.report(name, 0, reason);
  }

  private segment(name: string): SegmentCursor {
    let at = this.cursor.segments.get(name);
    if (at === undefined) {
      at = { offset: 0, lines: 0, skipping: false, torn: false, head: null };
      this.cursor.segments.set(name, at);
      this.chunk.moved = true;
    }
    return at;
  }

  /** Reports what is wrong with a compressed file as a whole, or that nothing is any more. */
  private judgeFile({ file, fault }: Segment): void {
    if (fault !== null)
      this.report(file, 0, `${fault}. What can be read is read all the same; put a whole copy in its place if there is one`);
    else {
      this.chunk.healed.push({ file: fileOf(file), line: 0 });
      this.chunk.moved = true;
    }
  }

  private readLines(name: string, at: SegmentCursor, segment: Segment, newest: boolean, budget: number): void {
    const { size } = segment;
    // Enough for one whole line, however long it may be.
    let bytes: Buffer;
    for (let length = Math.max(budget, 1024); ; length *= 4) {
      bytes = segment.read(at.offset, Math.min(length, this.lineLimit + 1));
      if (at.skipping || bytes.length < length || bytes.length > this.lineLimit || bytes.includes(newline)) break;
    }
    const start = at.offset;
    let position = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, position)) {
      if (at.skipping) at.skipping = false;
      else this.judge(name, at, bytes.toString('utf8', position, end), end - position, segment.damageIn(at.offset, end + 1 - position));
      position = end + 1;
      at.offset = start + position;
      at.lines++;
    }
    const rest = bytes.subarray(position);
    if (at.skipping) at.offset += rest.length;
    else if (rest.length > this.lineLimit) {
      this.report(name, at.lines + 1, `longer than ${this.lineLimit} bytes`, rest.toString('utf8', 0, 800));
      Object.assign(at, { offset: at.offset + rest.length, skipping: true, torn: false });
    } else if (at.offset + rest.length >= size && rest.length > 0) this.judgeRest(name, at, rest, newest);
    this.chunk.bytes += at.offset - start;
    this.chunk.moved ||= at.offset > start;
    this.chunk.more ||= start + bytes.length < size;
  }

  /** A last line without its line break. */
  private judgeRest(name: string, at: SegmentCursor, rest: Buffer, newest: boolean): void {
    // Half an object is never valid JSON, so one that is valid is whole, although its line break is missing.
    const whole = rest.at(-1) === closingBrace ? rest.toString('utf8') : '';
    const parsed = whole === '' ? undefined : parseLine(whole);
    if (parsed !== undefined && parsed.kind !== 'invalid') {
      this.judge(name, at, whole, rest.length);
      at.offset += rest.length;
    } else if (!newest && !at.torn) {
      this.report(name, at.lines + 1, 'torn: the segment ends in the middle of this line', rest.toString('utf8', 0, 800));
      at.torn = true;
    }
  }

  /** @param damage to a compressed file, in the place of this line */
  private judge(name: string, at: SegmentCursor, text: string, bytes: number, damage?: Damage): void {
    const line = text.startsWith('\uFEFF') ? text.slice(1) : text;
    if (at.torn) {
      this.chunk.healed.push({ file: fileOf(name), line: at.lines + 1 });
      at.torn = false;
    }
    if (damage) this.report(name, at.lines + 1, damage.reason);
    if (damage || line.trim() === '') return;
    const parsed = parseLine(line);
    switch (parsed.kind) {
      case 'event':
        if (!this.cursor.seen.add(parsed.event.seq)) return;
        this.chunk.events.push({ event: parsed.event, file: fileOf(name), line: at.lines + 1, offset: at.offset, bytes });
        if (parsed.faults.length > 0) this.report(name, at.lines + 1, listed(parsed.faults), line);
        return;
      case 'unknown':
        if (this.cursor.seen.add(parsed.seq)) this.chunk.unknown++;
        return;
      case 'invalid':
        this.report(name, at.lines + 1, parsed.reason, line);
    }
  }

  private report(name: string, line: number, reason: string, text = ''): void {
    this.chunk.problems.push({ file: fileOf(name), line, reason, excerpt: excerptOf(text) });
    this.chunk.moved = true;
  }
}

/** Bytes of a first line that tell it from others: it begins with its number and its time. */
const headBytes = 1024;

/** @returns null while the first line is being written */
function headOf(segment: Bytes): string | null {
  const bytes = segment.read(0, headBytes);
  const end = bytes.indexOf(newline);
  if (end < 0 && bytes.length < headBytes) return null;
  return createHash('sha256')
    .update(end < 0 ? bytes : bytes.subarray(0, end))
    .digest('base64url')
    .slice(0, 16);
}

/** Several faults of one line: the first ones, and how many more. */
const listed = (faults: readonly string[]): string =>
  faults.length <= 3 ? faults.join('; ') : `${faults.slice(0, 3).join('; ')}; and ${faults.length - 3} more of the kind`;

const newline = 0x0a;
const closingBrace = 0x7d;
const fileOf = (segment: string): string => `events/${segment}`;
const emptyChunk = (): Chunk => ({
  events: [],
  problems: [],
  healed: [],
  unknown: 0,
  bytes: 0,
  moved: false,
  more: false,
  replaced: false,
});
