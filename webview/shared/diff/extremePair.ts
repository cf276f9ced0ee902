/** Which two solutions of a group one would compare first. Pure. */

export interface ExtremePair {
  worst: number;
  best: number;
  /** What they are best and worst by; null: nothing tells them apart. */
  by: 'advantage' | 'reward' | null;
}

/**
 * @param advantageOf, rewardOf of each solution by its index; NaN where unknown
 * @returns null in a group of one; of equals the first ones
 */
export function extremePair({ advantageOf, rewardOf }: Record<'advantageOf' | 'rewardOf', ArrayLike<number>>): ExtremePair | null {
  if (rewardOf.length < 2) return null;
  for (const [by, values] of [
    ['advantage', advantageOf],
    ['reward', rewardOf],
  ] as const) {
    let [worst, best] = [-1, -1];
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      if (best < 0 || values[i] > values[best]) best = i;
      if (worst < 0 || values[i] < values[worst]) worst = i;
    }
    if (best !== worst) return { worst, best, by };
  }
  return { worst: 1, best: 0, by: null };
}
