/** A set of sequence numbers as disjoint closed intervals: a run without gaps is one interval, however long. */
export class SeqSet {
  private readonly firsts: number[] = [];
  private readonly lasts: number[] = [];
  private readonly changed = new Set<number>();

  constructor(intervals: Iterable<readonly [first: number, last: number]> = []) {
    for (const [first, last] of intervals) {
      this.firsts.push(first);
      this.lasts.push(last);
    }
  }

  has(seq: number): boolean {
    const i = this.before(seq);
    return i >= 0 && seq <= this.lasts[i];
  }

  /** @returns false when it was there already */
  add(seq: number): boolean {
    const i = this.before(seq);
    if (i >= 0 && seq <= this.lasts[i]) return false;
    const joinsLeft = i >= 0 && this.lasts[i] === seq - 1;
    const joinsRight = this.firsts[i + 1] === seq + 1;
    if (joinsLeft) {
      this.changed.add(this.firsts[i]);
      this.lasts[i] = joinsRight ? this.lasts[i + 1] : seq;
      if (joinsRight) this.remove(i + 1);
    } else if (joinsRight) {
      this.changed.add(seq + 1).add(seq);
      this.firsts[i + 1] = seq;
    } else {
      this.firsts.splice(i + 1, 0, seq);
      this.lasts.splice(i + 1, 0, seq);
      this.changed.add(seq);
    }
    return true;
  }

  intervals(): [first: number, last: number][] {
    return this.firsts.map((first, i) => [first, this.lasts[i]]);
  }

  /**
   * Intervals that changed since the last call, by their first number: the last number, or null for an interval that is gone. To keep a
   * stored copy of the set up to date, it is enough to write these.
   */
  takeChanges(): [first: number, last: number | null][] {
    const changes = [...this.changed].map((first): [number, number | null] => {
      const i = this.before(first);
      return [first, i >= 0 && this.firsts[i] === first ? this.lasts[i] : null];
    });
    this.changed.clear();
    return changes;
  }

  private remove(i: number): void {
    this.changed.add(this.firsts[i]);
    this.firsts.splice(i, 1);
    this.lasts.splice(i, 1);
  }

  /** Index of the last interval that begins at or before `seq`; -1 when there is none. */
  private before(seq: number): number {
    let low = 0;
    let high = this.firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.firsts[middle] <= seq) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
