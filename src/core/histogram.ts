/** How numbers are spread: bars of one value each, or of equal width between round numbers. */

export interface Bin {
  /** Numbers from here on … */
  low: number;
  /** … and below this one; of the last bin this one too. Equal to `low` where the bin is one value. */
  high: number;
  n: number;
}

/** Beyond so many steps from 0, edges are no longer told apart by their digits. */
const mostSteps = 1e12;

/**
 * @param counts how often each value occurs: distinct, finite, ascending
 * @param few so many distinct values have a bin each
 * @param most bins otherwise, but for one more at an end; bins without a number are among them
 * @param whole values are whole numbers, and edges too
 */
export function histogram(
  counts: readonly { value: number; n: number }[],
  { few, most, whole = false }: { few: number; most: number; whole?: boolean },
): Bin[] {
  if (counts.length <= few) return counts.map(({ value, n }) => ({ low: value, high: value, n }));
  const [min, max] = [counts[0].value, counts[counts.length - 1].value];
  const step = roundStep((max - min) / most, whole);
  const first = Math.floor(min / step);
  const last = Math.max(first + 1, Math.ceil(max / step));
  // Too far from 0 for the distance between them, or farther apart than a number can say.
  const reach = Math.max(Math.abs(first), Math.abs(last));
  if (!(reach < mostSteps && Number.isFinite(reach * step))) return [{ low: min, high: max, n: counts.reduce((sum, c) => sum + c.n, 0) }];
  const edges = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(14)));
  // Rounding leaves no number outside.
  edges[0] = Math.min(edges[0], min);
  edges[edges.length - 1] = Math.max(edges[edges.length - 1], max);
  const bins = edges.slice(1).map((high, i): Bin => ({ low: edges[i], high, n: 0 }));
  for (const { value, n } of counts) {
    let i = Math.min(bins.length - 1, Math.max(0, Math.floor(value / step) - first));
    while (i > 0 && value < bins[i].low) i--;
    while (i < bins.length - 1 && value >= bins[i].high) i++;
    bins[i].n += n;
  }
  return bins;
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below x. */
function roundStep(x: number, whole: boolean): number {
  const least = whole ? Math.max(1, x) : x;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((digit) => digit * power >= least) ?? 10);
}
