/** The k largest of a stream, without the rest of it. */

interface Entry<T> {
  item: T;
  score: number;
  /** When it came. */
  at: number;
}

/** Of equal scores the one that came first is the larger: as a stable sort has it. */
const isBelow = <T>(a: Entry<T>, b: Entry<T>): boolean => a.score < b.score || (a.score === b.score && a.at > b.at);

/** Holds k items however many are added, each in O(log k): a heap with the smallest of them on top. */
export class TopK<T> {
  private readonly heap: Entry<T>[] = [];
  private added = 0;

  constructor(private readonly k: number) {}

  /** A score that is not above this one changes nothing: −∞ until there are k items. */
  get floor(): number {
    return this.heap.length < this.k ? -Infinity : (this.heap.at(0)?.score ?? Infinity);
  }

  /** @param make what is kept, made only where it is @param score no NaN */
  add(score: number, make: () => T): void {
    const at = this.added++;
    if (this.heap.length < this.k) {
      this.heap.push({ item: make(), score, at });
      this.rise(this.heap.length - 1);
    } else if (score > this.floor) {
      this.heap[0] = { item: make(), score, at };
      this.sink();
    }
  }

  /** Largest first. */
  get sorted(): T[] {
    return [...this.heap].sort((a, b) => (isBelow(a, b) ? 1 : -1)).map(({ item }) => item);
  }

  private rise(from: number): void {
    const { heap } = this;
    for (let i = from; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!isBelow(heap[i], heap[parent])) return;
      [heap[i], heap[parent]] = [heap[parent], heap[i]];
      i = parent;
    }
  }

  private sink(): void {
    const { heap } = this;
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && isBelow(heap[child], heap[least])) least = child;
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least], heap[i]];
      i = least;
    }
  }
}
