/** Two sequences aligned: what they share, in order, and what stands between. Pure. */

/** A stretch of both sequences, [from, to) of each; in `same` ones the two are equal, item by item. */
export interface Stretch {
  same: boolean;
  a: [from: number, to: number];
  b: [from: number, to: number];
}

export interface Alignment {
  /** In order; together they are all of both. No two that follow each other are of one kind. */
  stretches: Stretch[];
  /** False where the search was given up: what is left was taken as different, however much of it is equal. */
  isWhole: boolean;
}

/** Edits on a path after which the best one so far is taken, shortest or not. */
const mostEdits = 128;
/** Comparisons after which nothing more is aligned: about a second. */
const usualBudget = 60_000_000;

type Box = [aFrom: number, aTo: number, bFrom: number, bTo: number];

/**
 * The shortest edit script from a to b, found from both ends by divide and conquer in memory linear in their lengths. Where a part needs
 * more than 256 edits the script may be longer than the shortest; it is exact all the same.
 * @param a, b items that are compared with ===; intern strings first
 * Source: Myers, "An O(ND) Difference Algorithm and Its Variations" (Algorithmica 1, 1986), section 4b.
 */
export function align(a: ArrayLike<number>, b: ArrayLike<number>, budget = usualBudget): Alignment {
  const stretches: Stretch[] = [];
  const put = (same: boolean, [aFrom, aTo, bFrom, bTo]: Box): void => {
    if (aFrom === aTo && bFrom === bTo) return;
    const last = stretches.at(-1);
    if (last?.same === same) {
      last.a[1] = aTo;
      last.b[1] = bTo;
    } else stretches.push({ same, a: [aFrom, aTo], b: [bFrom, bTo] });
  };
  const search = new MiddleSearch(a, b, budget);
  // What is still to be aligned, the first of it last; ends that were found to be equal wait among it.
  const waiting: (Box & { same?: boolean })[] = [[0, a.length, 0, b.length]];
  for (let box = waiting.pop(); box; box = waiting.pop()) {
    if (box.same) {
      put(true, box);
      continue;
    }
    const [aFrom, aTo, bFrom, bTo] = box;
    let start = 0;
    const least = Math.min(aTo - aFrom, bTo - bFrom);
    while (start < least && a[aFrom + start] === b[bFrom + start]) start++;
    put(true, [aFrom, aFrom + start, bFrom, bFrom + start]);
    let end = 0;
    while (end < least - start && a[aTo - 1 - end] === b[bTo - 1 - end]) end++;
    const inner: Box = [aFrom + start, aTo - end, bFrom + start, bTo - end];
    const tail: Box & { same?: boolean } = [aTo - end, aTo, bTo - end, bTo];
    tail.same = true;
    waiting.push(tail);
    const [iFrom, iTo, jFrom, jTo] = inner;
    const middle = iFrom === iTo || jFrom === jTo ? null : search.middleOf(inner);
    if (middle === null) put(false, inner);
    else {
      const [x, y] = middle;
      waiting.push([x, iTo, y, jTo], [iFrom, x, jFrom, y]);
    }
  }
  return { stretches, isWhole: !search.gaveUp };
}

/** Looks for a point that a good path through a box goes through. */
class MiddleSearch {
  /** Furthest x on each diagonal k = x − y, at k + `origin`: from the box's first corner, and from its last one. */
  private readonly forward = new Int32Array(2 * mostEdits + 5);
  private readonly backward = new Int32Array(2 * mostEdits + 5);
  gaveUp = false;

  constructor(
    private readonly a: ArrayLike<number>,
    private readonly b: ArrayLike<number>,
    private budget: number,
  ) {}

  /**
   * @param box neither side is empty, and the sides differ in their first and in their last item
   * @returns where the path leaves its first half; null when the search was given up
   */
  middleOf([aFrom, aTo, bFrom, bTo]: Box): [number, number] | null {
    const { a, b, forward, backward } = this;
    const n = aTo - aFrom;
    const m = bTo - bFrom;
    const delta = n - m;
    const isOdd = delta % 2 !== 0;
    const width = Math.min(mostEdits, (n + m + 1) >> 1) + 2;
    forward.fill(0, origin - width, origin + width + 1);
    backward.fill(0, origin - width, origin + width + 1);
    let [furthestX, furthestY] = [0, 0];
    for (let h = 0; h <= mostEdits; h++) {
      if (this.budget <= 0) {
        this.gaveUp = true;
        return null;
      }
      // Diagonals that leave the box are left out.
      const low = -(h - 2 * Math.max(0, h - m));
      const high = h - 2 * Math.max(0, h - n);
      let work = 2 * (high - low + 2);
      for (let k = low; k <= high; k += 2) {
        let x = startOn(forward, k, h);
        const startX = x;
        while (x < n && x - k < m && a[aFrom + x] === b[bFrom + x - k]) x++;
        work += x - startX;
        forward[k + origin] = x;
        const opposite = delta - k;
        if (isOdd && opposite > -h && opposite < h && x + backward[opposite + origin] >= n) return [aFrom + startX, bFrom + startX - k];
        if (x <= n && x - k <= m && 2 * x - k > furthestX + furthestY) [furthestX, furthestY] = [x, x - k];
      }
      for (let k = low; k <= high; k += 2) {
        let x = startOn(backward, k, h);
        const startX = x;
        while (x < n && x - k < m && a[aTo - 1 - x] === b[bTo - 1 - x + k]) x++;
        work += x - startX;
        backward[k + origin] = x;
        const opposite = delta - k;
        if (!isOdd && opposite >= -h && opposite <= h && x + forward[opposite + origin] >= n) return [aTo - x, bTo - x + k];
      }
      this.budget -= work;
    }
    return [aFrom + furthestX, bFrom + furthestY];
  }
}

/** Where diagonal 0 stands in the arrays. */
const origin = mostEdits + 2;

/** How far a path of h edits comes on diagonal k before it follows what is equal: down from the diagonal above, or right from the one below. */
function startOn(reached: Int32Array, k: number, h: number): number {
  const [below, above] = [reached[k - 1 + origin], reached[k + 1 + origin]];
  return k === -h || (k !== h && below < above) ? above : below + 1;
}
