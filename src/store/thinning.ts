/** Which steps of a chart are drawn when there are more than it has room for: the same for all its curves. Pure. */

/** One metric as it was recorded. */
export interface Column {
  /** Ascending. */
  step: Float64Array;
  /** NaN where what was recorded is no finite number. */
  value: Float64Array;
}

/** Every step at which at least one of the columns was recorded, ascending. */
export function commonSteps(columns: readonly Column[]): Float64Array {
  return columns.reduce<Float64Array>((all, { step }) => (isEqual(all, step) ? all : merged(all, step)), new Float64Array());
}

const isEqual = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

function merged(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  let n = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; n++) {
    const next = j >= b.length || a[i] <= b[j] ? a[i] : b[j];
    all[n] = next;
    if (a[i] === next) i++;
    if (b[j] === next) j++;
  }
  return all.slice(0, n);
}

/** @returns for each of the common steps the column's index there, −1 where it was not recorded */
export function placesIn(steps: Float64Array, column: Column): Int32Array {
  // Loops, not `from` with a function: an iterator would be many times as slow over a hundred thousand steps.
  const places = new Int32Array(steps.length).fill(-1);
  for (let i = 0, j = 0; j < column.step.length; i++) if (steps[i] === column.step[j]) places[i] = j++;
  return places;
}

/**
 * The stretches of a column between its gaps. A gap is where a value that is no number was recorded, or where nothing was
 * although it was due: later than in the distance that most of its values keep. A column without such a distance (an
 * evaluation now and then) has no gaps of the second kind.
 * @returns the number of the stretch that each value belongs to; −1 where it is none
 */
export function stretchesOf({ step, value }: Column): Int32Array {
  const usual = usualDistance(step);
  const stretches = new Int32Array(step.length);
  let stretch = 0;
  for (let i = 0; i < step.length; i++) {
    if (i > 0 && (Number.isNaN(value[i - 1]) || step[i] - step[i - 1] > usual)) stretch++;
    stretches[i] = Number.isNaN(value[i]) ? -1 : stretch;
  }
  return stretches;
}

/** The distance that more than half of the neighbours have; infinite when none has. */
function usualDistance(step: Float64Array): number {
  // Boyer and Moore: whatever has a majority is what is left when different ones cancel out.
  let candidate = Infinity;
  let votes = 0;
  for (let i = 1; i < step.length; i++) {
    const distance = step[i] - step[i - 1];
    if (votes === 0) candidate = distance;
    votes += distance === candidate ? 1 : -1;
  }
  let count = 0;
  for (let i = 1; i < step.length; i++) if (step[i] - step[i - 1] === candidate) count++;
  return 2 * count > step.length - 1 ? candidate : Infinity;
}

export interface Thinned {
  /** Indices that are kept, ascending. */
  kept: number[];
  /** How many neighbours are a bucket: a power of two, 1 when all are kept. */
  stride: number;
}

/**
 * Of each bucket of neighbours, the places where one of the columns is lowest or highest, so that no peak of any is lost
 * and all are drawn at the same places; and both ends. Buckets begin at multiples of a power of two: what is kept of a
 * bucket that is full stays the same while more is appended, and only a longer stride changes it.
 * @param columns values at the same n places, NaN where there is none
 * @param room at most so many are kept (or four for each column and two, if that is more)
 * @param from first place that is asked for @param to the place after the last
 */
export function thin(columns: readonly Float64Array[], room: number, from: number, to: number): Thinned {
  const n = to - from;
  if (n <= room) return { kept: Array.from({ length: Math.max(0, n) }, (_, i) => from + i), stride: 1 };
  const isKept = new Uint8Array(to);
  for (let stride = 2 ** Math.ceil(Math.log2(n / Math.max(1, room))); ; stride *= 2) {
    isKept.fill(0);
    isKept[from] = isKept[to - 1] = 1;
    for (const column of columns) keepExtremes(column, stride, from, to, isKept);
    const kept = placesOf(isKept);
    // Two buckets cannot be halved: a longer stride would keep no fewer.
    if (kept.length <= room || stride >= n) return { kept, stride };
  }
}

function keepExtremes(column: Float64Array, stride: number, from: number, to: number, isKept: Uint8Array): void {
  for (let start = from; start < to;) {
    const end = Math.min(to, start - (start % stride) + stride);
    let low = -1;
    let high = -1;
    for (let i = start; i < end; i++) {
      const y = column[i];
      if (Number.isNaN(y)) continue;
      if (low < 0 || y < column[low]) low = i;
      if (high < 0 || y > column[high]) high = i;
    }
    if (low >= 0) isKept[low] = isKept[high] = 1;
    start = end;
  }
}

function placesOf(isKept: Uint8Array): number[] {
  const places: number[] = [];
  for (let i = isKept.indexOf(1); i >= 0; i = isKept.indexOf(1, i + 1)) places.push(i);
  return places;
}

/** At most `room` means of neighbours, for a sparkline. */
export function bucketMeans(values: ArrayLike<number>, room: number): number[] {
  const n = values.length;
  if (n <= room) return Array.from(values);
  return Array.from({ length: room }, (_, b) => {
    const [start, end] = [Math.floor((b * n) / room), Math.floor(((b + 1) * n) / room)];
    let sum = 0;
    for (let i = start; i < end; i++) sum += values[i];
    return sum / (end - start);
  });
}
