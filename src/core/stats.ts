/** Numbers in any kind of array. */
export type Numbers = Iterable<number> & { readonly length: number };

/** Arithmetic mean; 0 for an empty list. */
export function mean(values: Numbers): number {
  let sum = 0;
  for (const v of values) sum += v;
  return values.length === 0 ? 0 : sum / values.length;
}

/**
 * Population standard deviation (divides by N, as the group baseline does). Exactly 0 when all values are equal,
 * which rounding of the mean alone would not guarantee.
 */
export function populationStd(values: Numbers): number {
  if (allEqual(values)) return 0;
  const mu = mean(values);
  let sum = 0;
  for (const v of values) sum += (v - mu) ** 2;
  return Math.sqrt(sum / values.length);
}

/** True for an empty list too. */
export function allEqual(values: Numbers): boolean {
  let first: number | undefined;
  for (const v of values) if (v !== (first ??= v)) return false;
  return true;
}

/** Share of the items that satisfy the predicate; 0 for an empty list. */
export function share<T>(items: readonly T[], predicate: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(predicate).length / items.length;
}
