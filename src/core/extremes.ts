/**
 * Extremes and ends of lists of any length. `Math.max(...values)` and `list.push(...more)` hand each value over on the stack, which
 * ends in a RangeError at some hundred thousand; a lint rule keeps to these.
 */

/** As `Math.max`: NaN when a value is. @param none what it is at least, and for no values */
export function largest(values: Iterable<number>, none = -Infinity): number {
  let most = none;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** As `Math.min`: NaN when a value is. @param none what it is at most, and for no values */
export function smallest(values: Iterable<number>, none = Infinity): number {
  let least = none;
  for (const value of values) least = Math.min(least, value);
  return least;
}

/** Puts `more` behind what `list` has. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}
