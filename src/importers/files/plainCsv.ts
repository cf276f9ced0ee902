/** CSV as nearly every program writes its numbers: no quotes, one kind of line break, as many cells in each line as in the first. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';

const [NEWLINE, RETURN, QUOTE] = [10, 13, 34];
const mark = Buffer.from([0xef, 0xbb, 0xbf]);
/** What is read together. */
const chunkBytes = 256 * 1024;
/** So much without a line break is no line that should be looked at whole. */
const maxLineBytes = 1024 * 1024;

export interface CsvRow {
  row: Record<string, string>;
  /** 1-based, of the record's last line. */
  at: number;
  /** Of the file, done with, about. */
  bytes: number;
}

/**
 * The rows of a CSV file as far as it is plain. What is not is nobody's fault yet: it has quotes, or is broken, and who knows all of CSV
 * says which.
 */
export class PlainCsv {
  /** Rows that have been handed out. */
  rows = 0;
  /** Whether something else than plain lines came. */
  ended = false;
  private names: string[] | null = null;
  /** Whether lines end with a carriage return, too. */
  private returns = false;
  private line = 0;

  constructor(
    private readonly path: string,
    private readonly delimiter: string,
  ) {}

  /** As many rows at a time as were read together: take them all, or stop. */
  async *read(signal: AbortSignal): AsyncGenerator<Iterable<CsvRow>> {
    let rest: Buffer = Buffer.alloc(0);
    let bytes = 0;
    for await (const chunk of createReadStream(this.path, { signal, highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
      const first = bytes === 0;
      bytes += chunk.length;
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const start = first && all.subarray(0, mark.length).equals(mark) ? mark.length : 0;
      const end = all.lastIndexOf(NEWLINE) + 1;
      if (end > start) yield this.lines(all.subarray(start, end), bytes);
      if (this.ended) return;
      rest = all.subarray(Math.max(start, end));
      if (rest.length <= maxLineBytes) continue;
      this.ended = true;
      return;
    }
    if (rest.length > 0) yield this.lines(rest, bytes);
  }

  /** @param block lines, of which the last one may have no line break at its end */
  private *lines(block: Buffer, bytes: number): Generator<CsvRow> {
    this.ended = block.includes(QUOTE) || !isUtf8(block);
    for (let start = 0; !this.ended && start < block.length;) {
      const found = block.indexOf(NEWLINE, start);
      const end = found < 0 ? block.length : found;
      // A text of its own: cells that are kept hold no more than their line in memory.
      const row = this.row(block.toString('utf8', start, end), found >= 0);
      start = end + 1;
      if (!row) continue;
      this.rows++;
      yield { row, at: this.line, bytes };
    }
  }

  /** @returns null for a line without cells, the names of the columns, and what is not plain */
  private row(text: string, isWhole: boolean): Record<string, string> | null {
    this.line++;
    const returns = text.charCodeAt(text.length - 1) === RETURN;
    if (this.line === 1 && isWhole) this.returns = returns;
    const cells = returns ? text.slice(0, -1) : text;
    if (cells.includes('\r') || (isWhole ? returns !== this.returns : returns)) return this.end();
    if (cells === '') return null;
    const values = cells.split(this.delimiter);
    if (this.names === null) {
      if (new Set(values).size < values.length || values.includes('__proto__') || cells.includes('\uFEFF')) return this.end();
      this.names = values;
      return null;
    }
    if (values.length !== this.names.length) return this.end();
    const row: Record<string, string> = {};
    for (let i = 0; i < values.length; i++) row[this.names[i]] = values[i];
    return row;
  }

  private end(): null {
    this.ended = true;
    return null;
  }
}
