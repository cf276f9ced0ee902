/** How a curve in a line of text is scaled, whether drawn or written in block characters. Pure. */
import { largest, smallest } from './extremes.js';

export interface Bounds {
  low: number;
  high: number;
}

/** A change smaller than this share of the largest value is drawn as small as it is. */
const leastSpan = 0.1;

/**
 * The range that the height of a sparkline stands for: the bounds of the quantity where it has some and all values lie within (a share
 * between 0 and 1); else from the lowest to the highest value, but at least a tenth of the largest magnitude, so that noise does not look
 * like a fall. A constant is drawn at the bottom.
 * @param values finite
 */
export function sparkScale(values: readonly number[], bounds?: Bounds): Bounds {
  const low = smallest(values);
  const high = largest(values);
  if (bounds && low >= bounds.low && high <= bounds.high) return bounds;
  return { low, high: low + (Math.max(high - low, leastSpan * Math.max(Math.abs(low), Math.abs(high))) || 1) };
}
