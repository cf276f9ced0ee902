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
export const moreWhenScattered = 24;

/** Rows of a group that are in memory, one behind the other in the file, and wait to be told. */
interface Waiting<Row> {
  /** Rows of the group that stand before them. */
  before: number;
  rows: Row[];
}

export class LineGroups<Row, Format extends RowFormat<Row> = RowFormat<Row>> extends NumberedPart implements Part {
  private tail: LineTail;
  /** By key, in order of appearance in the file. */
  private groups = new KeyNumbers();
  private places = new RowPlaces();
  private waiting = new Map<number, Waiting<Row>>();
  private waitingBytes = 0;
  /** Groups with rows that are neither told nor waiting. */
  private owed = new Set<number>();
  /** In this look a group went on behind rows of others. */
  private scattered = false;
  /** No group has gone on yet, nor been told: groups may have one row each, or stand among each other. */
  private undecided = true;
  /** In this look no more rows can wait. */
  private full = false;
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
    this.full = false;
    for await (const block of this.tail.blocks(signal)) {
      for (const line of block) {
        if (lines++ === 0 && this.tail.rewritten) this.beginAgain();
        this.add(line);
        if (this.isTooMuch) {
          for (const item of this.makeRoom()) yield item;
          yield { kind: 'progress', bytes: this.tail.bytesRead, of: this.file.bytes };
        }
      }
    }
    if (lines === 0 && this.tail.rewritten) this.beginAgain();
    for (const item of this.flush()) yield item;
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

  private get isTooMuch(): boolean {
    return !this.full && this.waitingBytes > this.maxBytes * (this.scattered || this.undecided ? moreWhenScattered : 1);
  }

  private begin(): void {
    this.groups = new KeyNumbers();
    this.places = new RowPlaces();
    this.waiting = new Map();
    this.waitingBytes = 0;
    this.owed = new Set();
    this.undecided = true;
    this.full = false;
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
    if (group < groupsBefore) {
      this.scattered ||= group !== this.last;
      this.undecided = false;
    }
    this.last = group;
    const before = group < groupsBefore ? this.places.count(group) : 0;
    this.places.add(group, line);
    if (before >= maxGroupSize) throw new ImportError(this.file.name, `line ${line.line}`, `its group has more than ${maxGroupSize} rows.`);
    // It is enough to know where it stands.
    if (this.full) this.owed.add(group);
    else this.wait(group, before, parsed.row, line.bytes);
  }

  private wait(group: number, before: number, row: Row, bytes: number): void {
    const waiting = this.waiting.get(group);
    if (waiting) waiting.rows.push(row);
    else this.waiting.set(group, { before, rows: [row] });
    this.waitingBytes += bytes;
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

  /**
   * The group of the last row may go on, so it stays; alone it is as large as it has to be told. Groups whose rows are far apart are told
   * once, when the file is at its end: what waits goes on waiting, and what comes behind is read a second time then.
   */
  private *makeRoom(): Generator<PartEvent> {
    if (this.scattered) this.full = true;
    else yield* this.flush(this.last);
  }

  /** Tells every group that has new rows; rows of it that do not wait in memory are read once more from where they stand. */
  private *flush(kept = -1): Generator<PartEvent> {
    const { waiting } = this;
    const due = [...new Set([...this.owed, ...waiting.keys()])].filter((group) => group !== kept).sort((a, b) => a - b);
    const going = waiting.get(kept);
    this.waiting = new Map(going && [[kept, going]]);
    this.waitingBytes = 0;
    this.owed = new Set();
    this.undecided = false;
    let file: BlockCache | undefined;
    const again = (group: number, from: number, to: number): Row[] =>
      from < to ? this.again((file ??= new BlockCache(this.file.path)), group, from, to) : [];
    try {
      for (const group of due) {
        const { before, rows } = waiting.get(group) ?? { before: 0, rows: [] };
        waiting.delete(group);
        const count = this.places.count(group);
        const all = rows.length === count ? rows : [...again(group, 0, before), ...rows, ...again(group, before + rows.length, count)];
        try {
          yield* this.format.group(all, this.offset + group, group);
        } catch (cause) {
          if (!(cause instanceof RangeError)) throw cause;
          throw new ImportError(this.file.name, `line ${this.places.of(group)[0].line}`, `${cause.message}.`, cause);
        }
      }
    } finally {
      file?.close();
    }
  }

  /** Rows of a group read once more: those from number `from` to before number `to`. */
  private again(file: BlockCache, group: number, from: number, to: number): Row[] {
    const rows: Row[] = [];
    let number = 0;
    for (const run of this.places.of(group)) {
      if (number >= to) break;
      if (number + run.rows > from)
        for (const [i, line] of [...linesOf(run, file)].entries()) {
          const parsed = number + i >= from && number + i < to ? this.parse(line) : null;
          if (parsed) rows.push(parsed.row);
        }
      number += run.rows;
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
