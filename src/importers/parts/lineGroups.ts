/** Groups of a JSONL file whose rows carry a group key, in whatever order: in bounded memory, and followed as the file grows. */
import { messageOf } from '../../core/messageOf.js';
import { maxGroupSize } from '../../protocol/events.js';
import { KeyNumbers } from '../compact/keyNumbers.js';
import { BlockCache } from '../files/blockCache.js';
import { asRecord, parseJsonLine } from '../files/json.js';
import { LineTail, type Line } from '../files/lineTail.js';
import { ImportError, type ImportItem, type SourceFile } from '../importer.js';
import { NumberedPart } from './numberedPart.js';
import type { Part, PartEvent } from './part.js';
import { RowPlaces, type Run } from './rowPlaces.js';

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
  group(rows: Row[], group: number, index: number): Iterable<ImportItem>;
  /** After all that is there has been told. */
  end?(): Iterable<ImportItem>;
  /** The file is told from its beginning. */
  begin?(): void;
  /** First step that the file tells of: when it has fewer groups than before, all from there on is told anew. */
  firstStep(): number;
}

/** Bytes of rows that wait for others of their group: few enough not to outlive the collector's young generation. */
const budget = 512 * 1024;
/** Times as many wait where groups stand among each other, as in a step's dump: to read rows a second time takes longer than to keep them. */
const moreWhenScattered = 24;

export class LineGroups<Row, Format extends RowFormat<Row> = RowFormat<Row>> extends NumberedPart implements Part {
  private tail: LineTail;
  /** By key, in order of appearance in the file. */
  private groups = new KeyNumbers();
  private places = new RowPlaces();
  /** By group the last of its rows, not told yet. */
  private newRows = new Map<number, Row[]>();
  private newBytes = 0;
  /** Groups with rows that are neither told nor held. */
  private owed = new Set<number>();
  /** In this look a group went on behind rows of others. */
  private scattered = false;
  /** The last row's. */
  private last = -1;
  /** Suites and modes of the scores that stand. */
  private scores = new Set<string>();

  constructor(
    readonly file: SourceFile,
    readonly format: Format,
    private readonly maxBytes = budget,
  ) {
    super();
    this.tail = new LineTail(file);
  }

  /** Groups known so far. */
  get size(): number {
    return this.groups.size;
  }

  torn(): number | null {
    return this.tail.torn?.line ?? null;
  }

  reset(takenBack: boolean): void {
    this.tail = new LineTail(this.file);
    this.beginAgain();
    if (!takenBack) return;
    this.standing = 0;
    this.scores.clear();
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    if (this.due()) {
      this.reset(false);
      this.renumber();
    }
    let lines = 0;
    this.scattered = false;
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
    const scoreGone = this.groups.size > 0 && (yield* this.end());
    const fewer = this.groups.size < this.standing;
    this.standing = this.groups.size;
    if (scoreGone || fewer) yield { kind: 'superseded', from: this.format.firstStep() };
  }

  /** @returns whether a score that stands is not told any more, such as one of fewer samples: it can only be taken back with all */
  private *end(): Generator<PartEvent, boolean> {
    const scores = new Set<string>();
    for (const item of this.format.end?.() ?? []) {
      if (item.kind === 'event' && item.event.type === 'benchmark') scores.add(`${item.event.suite}\n${item.event.mode}`);
      yield item;
    }
    const gone = [...this.scores].some((score) => !scores.has(score));
    this.scores = scores;
    return gone;
  }

  private get isFull(): boolean {
    return this.newBytes > this.maxBytes * (this.scattered ? moreWhenScattered : 1);
  }

  private begin(): void {
    this.groups = new KeyNumbers();
    this.places = new RowPlaces();
    this.newRows = new Map();
    this.newBytes = 0;
    this.owed = new Set();
    this.last = -1;
    this.format.begin?.();
  }

  private beginAgain(): void {
    this.standing = Math.max(this.standing, this.groups.size);
    this.begin();
  }

  private add(line: Line): void {
    const parsed = this.parse(line);
    if (!parsed) return;
    const groupsBefore = this.groups.size;
    const group = this.groups.add(parsed.key);
    if (group < groupsBefore) this.scattered ||= group !== this.last;
    this.last = group;
    this.places.add(group, line);
    if (this.places.count(group) > maxGroupSize)
      throw new ImportError(this.file.name, `line ${line.line}`, `its group has more than ${maxGroupSize} rows.`);
    const rows = this.newRows.get(group);
    if (rows) rows.push(parsed.row);
    else this.newRows.set(group, [parsed.row]);
    this.newBytes += line.bytes;
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
  private *makeRoom(): Generator<PartEvent> {
    if (this.scattered) this.letGo();
    else yield* this.flush(this.last);
  }

  /** Groups whose rows are far apart are told once, when the file is at its end: until then it is enough to know where they stand. */
  private letGo(): void {
    for (const group of this.newRows.keys()) this.owed.add(group);
    this.newRows = new Map();
    this.newBytes = 0;
  }

  /** Tells every group that has new rows; rows of it that are not held any more are read once more from where they stand. */
  private *flush(kept = -1): Generator<PartEvent> {
    const { newRows } = this;
    const due = [...new Set([...this.owed, ...newRows.keys()])].filter((group) => group !== kept).sort((a, b) => a - b);
    const going = newRows.get(kept);
    this.newRows = new Map(going && [[kept, going]]);
    this.newBytes = 0;
    this.owed = new Set();
    let file: BlockCache | undefined;
    try {
      for (const group of due) {
        const fresh = newRows.get(group) ?? [];
        newRows.delete(group);
        const gone = this.places.count(group) - fresh.length;
        const earlier = gone > 0 ? this.again((file ??= new BlockCache(this.file.path)), group, gone) : [];
        try {
          yield* this.format.group([...earlier, ...fresh], this.offset + group, group);
        } catch (cause) {
          if (!(cause instanceof RangeError)) throw cause;
          throw new ImportError(this.file.name, `line ${this.places.of(group)[0].line}`, `${cause.message}.`, cause);
        }
      }
    } finally {
      file?.close();
    }
  }

  /** The first rows of a group, read once more. */
  private again(file: BlockCache, group: number, count: number): Row[] {
    const rows: Row[] = [];
    for (const run of this.places.of(group))
      for (const line of linesOf(run, file)) {
        if (rows.length === count) return rows;
        const parsed = this.parse(line);
        if (parsed) rows.push(parsed.row);
      }
    return rows;
  }
}

function* linesOf({ offset, bytes, line, rows }: Run, file: BlockCache): Generator<Line> {
  const all = file.text(offset, bytes);
  if (rows === 1) {
    yield { text: all, line, offset, bytes };
    return;
  }
  let at = offset;
  for (const [i, text] of all.split('\n').entries()) {
    const length = Buffer.byteLength(text);
    const ending = text.endsWith('\r') ? 1 : 0;
    yield { text: ending === 1 ? text.slice(0, -1) : text, line: line + i, offset: at, bytes: length - ending };
    at += length + 1;
  }
}
