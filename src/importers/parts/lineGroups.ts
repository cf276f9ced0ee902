/** Groups of a JSONL file whose rows carry a group key, in whatever order: in bounded memory, and followed as the file grows. */
import { messageOf } from '../../core/messageOf.js';
import { BlockCache } from '../files/blockCache.js';
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

/** Characters of rows that wait for others of their group: few enough not to outlive the collector's young generation. */
const budget = 3 * 1024 * 1024;
/** Times as many wait where groups stand among each other, as in a step's dump: to read rows a second time takes longer than to keep them. */
const moreAmongEachOther = 6;

export class LineGroups<Row, Format extends RowFormat<Row> = RowFormat<Row>> implements Part {
  /** Files of the same step whose groups come before: when one of them grows, those of this file get other numbers. */
  behind: readonly { readonly size: number }[] = [];
  /** Number of the file's first group. */
  private offset = 0;
  private tail: LineTail;
  private known = new Map<string, Known>();
  /** New rows by key, not told yet. */
  private waiting = new Map<string, Row[]>();
  private held = 0;
  /** Keys that were told; when one of them comes again in the same look, groups are scattered over the file. */
  private toldNow = new Set<string>();
  private scattered = false;
  private amongEachOther = false;
  /** Key of the last row. */
  private last = '';
  private before = 0;
  /** Suites and modes of the scores that stand. */
  private scores = new Set<string>();

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
    this.toldNow = new Set();
    this.scattered = false;
    this.amongEachOther = false;
    for await (const block of this.tail.blocks(signal)) {
      for (const line of block) {
        if (lines++ === 0 && this.tail.rewritten) this.beginAgain();
        this.add(line);
        if (this.isFull) {
          yield* this.makeRoom();
          yield { kind: 'progress', bytes: this.tail.bytesRead, of: this.file.bytes };
        }
      }
    }
    if (lines === 0 && this.tail.rewritten) this.beginAgain();
    yield* this.flush();
    this.toldNow = new Set();
    const scoreGone = this.known.size > 0 && (yield* this.end());
    if (scoreGone || this.before > this.known.size) {
      this.before = 0;
      yield { kind: 'superseded', from: this.format.firstStep() };
    }
  }

  /** @returns whether a score that stands is not told any more, such as one of fewer samples: it can only be taken back with all */
  private *end(): Generator<Said, boolean> {
    const scores = new Set<string>();
    for (const said of this.format.end?.() ?? []) {
      if (said.kind === 'event' && said.event.type === 'benchmark') scores.add(`${said.event.suite}\n${said.event.mode}`);
      yield said;
    }
    const gone = [...this.scores].some((score) => !scores.has(score));
    this.scores = scores;
    return gone;
  }

  private get isFull(): boolean {
    return this.held > this.maxHeld * (this.amongEachOther ? moreAmongEachOther : 1);
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
    this.scattered ||= this.toldNow.has(parsed.key);
    const rows = this.waiting.get(parsed.key) ?? [];
    this.waiting.set(parsed.key, rows);
    this.amongEachOther ||= rows.length > 0 && parsed.key !== this.last;
    this.last = parsed.key;
    rows.push(parsed.row);
    const known = this.known.get(parsed.key) ?? { index: this.known.size, at: [] };
    this.known.set(parsed.key, known);
    known.at.push(line.offset, line.bytes, line.line);
    this.held += line.text.length;
  }

  private parse(line: Line): { key: string; row: Row } | null {
    const value = asRecord(parseJsonLine(this.file.name, line.line, line.text));
    if (!value) throw new ImportError(this.file.name, `line ${line.line}`, 'not a JSON object.');
    try {
      return this.format.row(value, line);
    } catch (cause) {
      throw new ImportError(this.file.name, `line ${line.line}`, messageOf(cause), cause);
    }
  }

  /** The group of the last row may go on, so it stays; alone it is as large as it has to be told. */
  private *makeRoom(): Generator<Said> {
    if (this.scattered) this.letGo();
    else yield* this.flush(this.last);
  }

  /** Groups whose rows are far apart are told once, when the file is at its end: until then it is enough to know where they stand. */
  private letGo(): void {
    for (const rows of this.waiting.values()) rows.length = 0;
    this.held = 0;
  }

  /** Tells every group that has new rows; rows of it that are not held any more are read once more from where they stand. */
  private *flush(kept?: string): Generator<Said> {
    const groups = [...this.waiting]
      .filter(([key]) => key !== kept)
      .sort(([a], [b]) => this.known.get(a)!.index - this.known.get(b)!.index);
    this.waiting = new Map([...this.waiting].filter(([key]) => key === kept));
    this.held = 0;
    let file: BlockCache | undefined;
    try {
      for (const [key, fresh] of groups) {
        const { index, at } = this.known.get(key)!;
        const earlier: Row[] = [];
        for (let i = 0; i < at.length - 3 * fresh.length; i += 3) {
          file ??= new BlockCache(this.file.path);
          const parsed = this.parse({ text: file.text(at[i], at[i + 1]), offset: at[i], bytes: at[i + 1], line: at[i + 2] });
          if (parsed) earlier.push(parsed.row);
        }
        this.toldNow.add(key);
        try {
          yield* this.format.group([...earlier, ...fresh], this.offset + index, index);
        } catch (cause) {
          if (!(cause instanceof RangeError)) throw cause;
          throw new ImportError(this.file.name, `line ${at[2]}`, `${cause.message}.`, cause);
        }
      }
    } finally {
      file?.close();
    }
  }
}
