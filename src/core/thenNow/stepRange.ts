/** Two ranges of steps that are set beside each other: then and now. Pure. */

/** Steps from the one to the other, both of them included. */
export interface StepRange {
  from: number;
  to: number;
}

/** What is known of both: then, now. */
export type Pair<T> = readonly [then: T, now: T];
export type Side = 0 | 1;

/** Steps of each range, where nobody chose. */
export const usualSteps = 50;

/**
 * The first steps beside the last ones.
 * @param first the run's first steps that have groups, and `last` its last ones, each in order and up to as many as are wanted; where there are few,
 *   the same steps stand in both
 * @param all how many steps have groups
 * @returns ranges that share no step: of a short run each has half of its steps; null where there are fewer than two
 */
export function firstAndLast(first: readonly number[], last: readonly number[], all: number): Pair<StepRange> | null {
  if (all < 2) return null;
  const steps = Math.min(first.length, last.length, Math.floor(all / 2));
  return [
    { from: first[0], to: first[steps - 1] },
    { from: last[last.length - steps], to: last[last.length - 1] },
  ];
}

/** `3..40`, as filters have it. */
export const rangeText = ({ from, to }: StepRange): string => `${from}..${to}`;

/** @returns undefined where it is no `A..B` */
export function parseRange(text: string): StepRange | undefined {
  const m = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text);
  const range = m && { from: Number(m[1]), to: Number(m[2]) };
  return range && range.from <= range.to ? range : undefined;
}
