/** Groups of a JSONL file whose rows carry a group key, in whatever order: in bounded memory, and followed as the file grows. */
import { open, type FileHandle } from 'node:fs/promises';
import { asRecord, parseJsonLine } from '../files/json.js';
import { LineTail, type Line } from '../files/lineTail.js';
import { ImportError, type Imported, type SourceFile } from '../importer.js';
import type { Part, Said } from './part.js';

/** What a format says of its rows. */
export interface RowFormat<Row> {
  /**
   * @returns the row and the key that rows of its group have in common; null for a line that is no row
   * @throws Error with the reason, in words for people, when the line cannot be what it should be
   */
  row(value: Record<string, unknown>, line: Line): { key: string; row: Row } | null;
  /**
   * @param group 0-based number of the group: by first appearance in the file, behind the groups of files that come before
   * @param index the same within the file
   */
  group(rows: Row[], group: number, index: number): Iterable<Imported>;
  /** After all that is there has been told. */
  end?(): Iterable<Imported>;
  /** The file is told from its beginning. */
  begin?(): void;
  /** First step that the file tells of: when it has fewer groups than before, all from there on is told anew. */
  firstStep(): number;
}

/** Where rows told already stand, as offset, length and line number in turn. */
interface Known {
  index: number;
  at: number[];
}

/** Characters of rows that wait for others of their group. */
const budget = 48 * 1024 * 1024;

export class LineGroups<Row, Format extends RowFormat<Row> = RowFormat<Row>> implements Part {
  /** Files of the same step whose groups come before: when one of them grows, those of this file get other numbers. */
  behind: readonly { readonly size: number }[] = [];
  /** Number of the file's first group. */
  private offset = 0;
  private tail: LineTail;
  private known = new Map<string, Known>();
  /** New rows by key, not told yet. */
  private waiting = new Map<string, { row: Row; line: Line }[]>();
  private held = 0;
  private before = 0;

  constructor(
    readonly file: SourceFile,
    readonly format: Format,
    private readonly maxHeld = budget,
  ) {
    this.tail = new LineTail(file);
  }

  /** Groups known so far. */
  get size(): number {
    return this.known.size;
  }

  due(): boolean {
    return this.offset !== this.wantedOffset();
  }

  torn(): number | null {
    return this.tail.torn?.line ?? null;
  }

  reset(): void {
    this.tail = new LineTail(this.file);
    this.begin();
    this.before = 0;
  }

  async *read(signal: AbortSignal): AsyncGenerator<Said> {
    if (this.due()) {
      this.reset();
      this.offset = this.wantedOffset();
    }
    let lines = 0;
    for await (const line of this.tail.read(signal)) {
      if (lines++ === 0 && this.tail.rewritten) this.beginAgain();
      this.add(line);
      if (this.held > this.maxHeld) {
        yield* this.flush();
        yield { kind: 'progress', bytes: this.tail.bytesRead, of: this.file.bytes };
      }
    }
    if (lines === 0 && this.tail.rewritten) this.beginAgain();
    yield* this.flush();
    if (this.format.end && this.known.size > 0) yield* this.format.end();
    if (this.before > this.known.size) {
      this.before = 0;
      yield { kind: 'superseded', from: Math.max(0, this.format.firstStep() - 1) };
    }
  }

  private wantedOffset(): number {
    return this.behind.reduce((sum, { size }) => sum + size, 0);
  }

  private begin(): void {
    this.known = new Map();
    this.waiting = new Map();
    this.held = 0;
    this.format.begin?.();
  }

  private beginAgain(): void {
    this.before = this.known.size;
    this.begin();
  }

  private add(line: Line): void {
    const parsed = this.parse(line);
    if (!parsed) return;
    const rows = this.waiting.get(parsed.key) ?? [];
    if (rows.length === 0) this.waiting.set(parsed.key, rows);
    rows.push({ row: parsed.row, line: { ...line, text: '' } });
    const known = this.known.get(parsed.key) ?? { index: this.known.size, at: [] };
    this.known.set(parsed.key, known);
    const bytes = Buffer.byteLength(line.text);
    known.at.push(line.offset, bytes, line.line);
    this.held += line.text.length;
  }

  private parse(line: Line): { key: string; row: Row } | null {
    const value = asRecord(parseJsonLine(this.file.name, line.line, line.text));
    if (!value) throw new ImportError(this.file.name, `line ${line.line}`, 'not a JSON object.');
    try {
      return this.format.row(value, line);
    } catch (cause) {
      throw new ImportError(this.file.name, `line ${line.line}`, cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  /** Tells every group that has new rows; rows of it that were told before are read once more from where they stand. */
  private async *flush(): AsyncGenerator<Said> {
    const groups = [...this.waiting].sort(([a], [b]) => this.known.get(a)!.index - this.known.get(b)!.index);
    this.waiting = new Map();
    this.held = 0;
    let handle: FileHandle | undefined;
    try {
      for (const [key, fresh] of groups) {
        const { index, at } = this.known.get(key)!;
        const earlier: Row[] = [];
        for (let i = 0; i < at.length - 3 * fresh.length; i += 3) {
          handle ??= await open(this.file.path, 'r');
          const text = await textAt(handle, at[i], at[i + 1]);
          const parsed = this.parse({ text, offset: at[i], line: at[i + 2] });
          if (parsed) earlier.push(parsed.row);
        }
        try {
          yield* this.format.group([...earlier, ...fresh.map(({ row }) => row)], this.offset + index, index);
        } catch (cause) {
          if (!(cause instanceof RangeError)) throw cause;
          throw new ImportError(this.file.name, `line ${fresh[0].line.line}`, `${cause.message}.`, cause);
        }
      }
    } finally {
      await handle?.close();
    }
  }
}

async function textAt(handle: FileHandle, offset: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
  return buffer.toString('utf8', 0, bytesRead);
}
