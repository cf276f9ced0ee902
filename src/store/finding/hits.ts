/** Solutions that match, by their numbers, and in which order they are told. */
export interface Hit {
  id: number;
  step: number;
  group: number;
  /** Of the property that is sorted by; null: unknown. */
  sortValue: number | null;
}

export type HitOrder = (a: Hit, b: Hit) => number;

export const newestFirst: HitOrder = (a, b) => b.step - a.step || b.group - a.group || a.id - b.id;

/** What is unknown comes last, whichever way. */
export function byValue(a: number | null, b: number | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return descending ? b - a : a - b;
}

export const bySortValue =
  (descending: boolean): HitOrder =>
  (a, b) =>
    byValue(a.sortValue, b.sortValue, descending) || newestFirst(a, b);
