import { NumberTable } from '../compact/numberTable.js';
import type { Line } from '../files/lineTail.js';

/** Rows of one group that stand one behind the other. */
export interface Run {
  offset: number;
  /** To the end of the last one, without its line break. */
  bytes: number;
  /** Of the first one. */
  line: number;
  rows: number;
}

/** Longer ones are several: a run is read in one piece. */
const maxRunBytes = 1024 * 1024;
/** Columns of a run: `BEFORE` is which run of its group came before (its index + 1; 0: none). */
const [BYTES, LINE, ROWS, BEFORE] = [0, 1, 2, 3];
/** Columns of a group: its last run, as above, and how many rows it has. */
const [LAST, COUNT] = [0, 1];

/** Where the rows of a file stand, by the number of their group: a few bytes each, for a dump has millions. */
export class RowPlaces {
  private readonly offsets = new NumberTable(Float64Array, 1);
  private readonly runs = new NumberTable(Uint32Array, 4);
  private readonly groups = new NumberTable(Uint32Array, 2);
  private size = 0;
  /** Of the row that was added last. */
  private readonly at = { group: -1, run: 0, line: 0 };

  /** @param group one that has rows, or the next number */
  add(group: number, { offset, bytes, line }: Omit<Line, 'text'>): void {
    if (group === this.size) this.size = this.groups.add() + 1;
    this.groups.set(group, COUNT, this.count(group) + 1);
    const { at } = this;
    if (at.group !== group || at.line + 1 !== line || !this.grow(at.run, offset + bytes)) this.begin(group, offset, bytes, line);
    at.group = group;
    at.line = line;
  }

  /** How many rows a group has. */
  count(group: number): number {
    return this.groups.get(group, COUNT);
  }

  /** The rows of a group, in their order in the file. */
  of(group: number): Run[] {
    const found: Run[] = [];
    for (let next = this.groups.get(group, LAST); next > 0;) {
      const run = next - 1;
      const [bytes, line, rows] = [BYTES, LINE, ROWS].map((column) => this.runs.get(run, column));
      found.push({ offset: this.offsets.get(run, 0), bytes, line, rows });
      next = this.runs.get(run, BEFORE);
    }
    return found.reverse();
  }

  private begin(group: number, offset: number, bytes: number, line: number): void {
    const run = this.offsets.add();
    this.offsets.set(run, 0, offset);
    this.runs.add();
    this.runs.set(run, BYTES, bytes);
    this.runs.set(run, LINE, line);
    this.runs.set(run, ROWS, 1);
    this.runs.set(run, BEFORE, this.groups.get(group, LAST));
    this.groups.set(group, LAST, run + 1);
    this.at.run = run;
  }

  /** @returns whether a run may go on so far */
  private grow(run: number, end: number): boolean {
    const bytes = end - this.offsets.get(run, 0);
    if (bytes > maxRunBytes) return false;
    this.runs.set(run, BYTES, bytes);
    this.runs.set(run, ROWS, this.runs.get(run, ROWS) + 1);
    return true;
  }
}
