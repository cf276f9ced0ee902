import type { Line } from '../files/lineTail.js';

export type Place = Omit<Line, 'text'>;

/** Numbers of a row: its offset, bytes, line, and which row of its group came before (-1: none). */
const each = 4;

/** Where the rows of a file stand, by the number of their group: a few bytes each and outside the collector's heap, for a dump has millions. */
export class RowPlaces {
  private numbers = new Float64Array(each * 64);
  private rows = 0;
  /** The last row of each group. */
  private readonly last: number[] = [];

  /** @param group one that has rows, or the next number */
  add(group: number, { offset, bytes, line }: Place): void {
    const at = each * this.rows;
    if (at === this.numbers.length) {
      const larger = new Float64Array(2 * at);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set([offset, bytes, line, this.last[group] ?? -1], at);
    this.last[group] = this.rows++;
  }

  /** The rows of a group, in their order in the file. */
  of(group: number): Place[] {
    const places: Place[] = [];
    for (let row = this.last[group]; row >= 0;) {
      const [offset, bytes, line, before] = this.numbers.subarray(each * row, each * row + each);
      places.push({ offset, bytes, line });
      row = before;
    }
    return places.reverse();
  }
}
