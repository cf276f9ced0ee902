import { isAscii, isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { readHandleAt } from '../../core/files/readAt.js';
import { ImportError } from '../importer.js';
import { GrowingFile } from './growingFile.js';
import { ReadAhead } from './readAhead.js';

const NEWLINE = 10;
const RETURN = 13;
const blank = /^\s*$/;
const MiB = 1024 * 1024;

export interface Line {
  text: string;
  /** 1-based. */
  line: number;
  /** Of the line's first byte. */
  offset: number;
  /** Without its line break. */
  bytes: number;
}

/**
 * Reads a growing text file line by line and remembers where it was.
 * Blank lines are counted but not told. A torn last line waits, unless it is a whole JSON object or array already
 * (those end by themselves, so a file without a last newline is read to its end).
 */
export class LineTail {
  private readonly at: GrowingFile;
  private line = 0;
  /** The block of the line taken last, which is read over soon, and where in it the line ends. */
  private block: Buffer | undefined;
  private end = 0;
  /** Where the line that was handed out last begins. */
  private readonly lineStart = { offset: 0, line: 0, end: 0 };
  private wasRewritten = false;
  private waitingBytes = 0;
  private readonly maxLineBytes: number;
  private readonly isWhole: (text: string) => boolean;

  /** @param options.isWhole whether what stands behind the last newline is a line already, though more may come; JSON values by default */
  constructor(
    private readonly file: { path: string; name: string },
    options: { maxLineBytes?: number; isWhole?: (text: string) => boolean } = {},
  ) {
    this.at = new GrowingFile(file);
    this.maxLineBytes = options.maxLineBytes ?? 64 * MiB;
    this.isWhole = options.isWhole ?? isWholeJson;
  }

  /** Whether the last `read` began anew because the file had shrunk or was replaced. */
  get rewritten(): boolean {
    return this.wasRewritten;
  }

  /** Offset behind the last line told. */
  get bytesRead(): number {
    return this.at.offset;
  }

  /** Hands the last line out again at the next `read`, for it could not be used. To be called while it is being looked at. */
  giveBack(): void {
    const { offset, line, end } = this.lineStart;
    this.at.offset = offset;
    this.line = line;
    this.end = end;
  }

  /** The incomplete last line that the last `read` left waiting. */
  get torn(): { line: number; bytes: number } | null {
    return this.waitingBytes > 0 ? { line: this.line + 1, bytes: this.waitingBytes } : null;
  }

  /**
   * Complete lines new since the last call. A consumer that stops early gets the rest next time.
   * @throws ImportError for UTF-16, bytes that are no UTF-8, or a line longer than the limit
   */
  async *read(signal: AbortSignal): AsyncGenerator<Line> {
    for await (const lines of this.blocks(signal)) yield* lines;
  }

  /** The same, as many at a time as were read together (waiting for each line costs more than most lines do). Take them all, or stop. */
  async *blocks(signal: AbortSignal): AsyncGenerator<Iterable<Line>> {
    this.wasRewritten = false;
    const handle = await this.at.open();
    if (!handle) return;
    try {
      await this.recognise(handle);
      yield* this.lines(handle, signal);
    } finally {
      this.remember();
      await handle.close();
    }
  }

  private async recognise(handle: FileHandle): Promise<void> {
    this.wasRewritten = !(await this.at.recognise(handle));
    if (this.wasRewritten) {
      this.line = 0;
      this.waitingBytes = 0;
    }
    if (this.at.offset === 0) this.skipMark(await readHandleAt(handle, 0, 4));
  }

  private skipMark(start: Buffer): void {
    const [a, b, c] = start;
    // Every second byte 0: UTF-16 without a mark, as PowerShell's `>` writes ASCII.
    const wide = start.length >= 4 && ((a === 0 && c === 0 && b !== 0) || (b === 0 && start[3] === 0 && a !== 0));
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || wide)
      throw new ImportError(this.file.name, 'byte 0', 'the text is UTF-16. Save it as UTF-8.');
    if (a === 0xef && b === 0xbb && c === 0xbf) this.at.offset = 3;
  }

  private async *lines(handle: FileHandle, signal: AbortSignal): AsyncGenerator<Iterable<Line>> {
    /** Of a line whose end has not been read. */
    let parts: Buffer[] = [];
    const chunks = new ReadAhead(handle, this.at.offset);
    try {
      for (;;) {
        signal.throwIfAborted();
        const chunk = await chunks.next();
        if (!chunk) break;
        if (this.at.offset === 0 && parts.length === 0) this.at.beginsWith(chunk);
        const first = chunk.indexOf(NEWLINE);
        const last = chunk.lastIndexOf(NEWLINE);
        const ended = parts.length > 0 && first >= 0 ? Buffer.concat([...parts, chunk.subarray(0, first + 1)]) : null;
        if (last >= 0) parts = [];
        // Copied, for what is read next takes the chunk's place.
        if (last + 1 < chunk.length) parts.push(Buffer.from(chunk.subarray(last + 1)));
        if (ended) yield this.split(ended);
        if (last >= 0) yield this.split(ended ? chunk.subarray(first + 1, last + 1) : chunk.subarray(0, last + 1));
        this.remember();
        this.checkLength(lengthOf(parts));
      }
    } finally {
      await chunks.settled();
    }
    this.waitingBytes = lengthOf(parts);
    if (this.waitingBytes > 0) yield this.wholeValue(Buffer.concat(parts));
  }

  /** @param block complete lines, beginning at `this.at.offset` */
  private *split(block: Buffer): Generator<Line> {
    const kind = kindOf(block);
    for (let start = 0; start < block.length;) {
      const end = block.indexOf(NEWLINE, start);
      this.checkLength(end - start);
      const line = this.take(block, start, end, end + 1, kind);
      start = end + 1;
      if (line) yield line;
    }
  }

  /** The bytes behind the last newline, when they are a whole line. */
  private *wholeValue(bytes: Buffer): Generator<Line> {
    if (!this.isWhole(bytes.toString('utf8').trimEnd())) return;
    const line = this.take(bytes, 0, bytes.length, bytes.length, kindOf(bytes));
    // The newline that may follow belongs to this line.
    this.waitingBytes = 0;
    if (line) yield line;
  }

  /**
   * Counts the line from `start` to `end` of a block and moves to `next`, before it is told.
   * @returns null for a blank one
   */
  private take(block: Buffer, start: number, end: number, next: number, kind: TextKind): Line | null {
    const number = this.line + 1;
    if (kind === 'other') {
      const bytes = block.subarray(start, end);
      if (!isUtf8(bytes))
        throw new ImportError(
          this.file.name,
          `line ${number}`,
          `bytes that are not UTF-8 (after ${validPrefix(bytes)} good ones). Convert the file to UTF-8.`,
        );
    }
    const offset = this.at.offset;
    this.lineStart.offset = offset;
    this.lineStart.line = this.line;
    this.lineStart.end = start;
    const bytes = (end > start && block[end - 1] === RETURN ? end - 1 : end) - start;
    const text = block.toString(kind === 'ascii' ? 'latin1' : 'utf8', start, start + bytes);
    this.at.offset += next - start;
    this.line = number;
    this.block = block;
    this.end = next;
    return blank.test(text) ? null : { text, line: number, offset, bytes };
  }

  private remember(): void {
    if (this.block) this.at.endsWith(this.block.subarray(0, this.end));
    this.block = undefined;
  }

  private checkLength(bytes: number): void {
    if (bytes <= this.maxLineBytes) return;
    throw new ImportError(
      this.file.name,
      `line ${this.line + 1}`,
      `longer than ${Math.round(this.maxLineBytes / MiB)} MiB, or no line at all. Is this a text file with one record a line?`,
    );
  }
}

/** Of a block of lines; most are ASCII, which is decoded faster. */
type TextKind = 'ascii' | 'utf8' | 'other';
const kindOf = (block: Buffer): TextKind => (isAscii(block) ? 'ascii' : isUtf8(block) ? 'utf8' : 'other');

function isWholeJson(text: string): boolean {
  if (!(text.startsWith('{') && text.endsWith('}')) && !(text.startsWith('[') && text.endsWith(']'))) return false;
  try {
    JSON.parse(text.replace(/(?:-?Infinity|NaN)(?=\s*[,}\]])/g, '0'));
    return true;
  } catch {
    return false; // not all of it is written yet
  }
}

/** How many of the bytes are good UTF-8: what is not comes back from decoding as something else. */
function validPrefix(bytes: Buffer): number {
  const back = Buffer.from(bytes.toString('utf8'));
  return bytes.findIndex((byte, i) => byte !== back[i]);
}

const lengthOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);
