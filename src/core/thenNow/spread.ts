/** Which few of many are looked at: always the same ones, spread over all. Pure. */

/** @returns `k` of the places 0 … n − 1, equally far apart, in order; all of them where there are no more */
export function evenly(n: number, k: number): number[] {
  if (k >= n) return Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: k }, (_, i) => Math.floor(((i + 0.5) * n) / k));
}

/**
 * The places 0 … n − 1 in an order of which every beginning is spread over all of them: by their digits in base 2, read backwards.
 * Source: van der Corput, "Verteilungsfunktionen" (Proc. Akad. Amsterdam 38, 1935).
 */
export function spreadOrder(n: number): number[] {
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, n))));
  const order: number[] = [];
  for (let i = 0; i < 2 ** bits; i++) {
    let [place, rest] = [0, i];
    for (let b = 0; b < bits; b++) {
      place = place * 2 + (rest % 2);
      rest = Math.floor(rest / 2);
    }
    if (place < n) order.push(place);
  }
  return order;
}

/** Groups that are looked at, where there are so many: fewer solutions of each rather than fewer groups. */
const leastGroups = 64;

/**
 * How many groups, and how many solutions of each, make up to `most` solutions.
 * @param solutions of all groups together
 */
export function sampleSize(groups: number, solutions: number, most: number): { groups: number; ofGroup: number } {
  if (solutions <= most) return { groups, ofGroup: Infinity };
  const mean = solutions / groups;
  const chosen = Math.max(1, Math.min(groups, most, Math.max(leastGroups, Math.floor(most / mean))));
  return { groups: chosen, ofGroup: Math.max(1, Math.floor(most / chosen)) };
}
