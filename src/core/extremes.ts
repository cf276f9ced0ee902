/**
 * Extremes and ends of lists of any length. `Math.max(...values)` and `list.push(...more)` hand each value over on the stack, which
 * ends in a RangeError at some hundred thousand; a lint rule keeps to these.
 */

/**
 * The largest value, as `Math.max` gives it: NaN when one of them is NaN.
 * @param none a lower bound of the result, and the result for no values
 */
export function largest(values: Iterable<number>, none = -Infinity): number {
  let most = none;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/**
 * The smallest value, as `Math.min` gives it: NaN when one of them is NaN.
 * @param none an upper bound of the result, and the result for no values
 */
export function smallest(values: Iterable<number>, none = Infinity): number {
  let least = none;
  for (const value of values) least = Math.min(least, value);
  return least;
}

/** Appends every element of `more` to `list`. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}
