/** How well two judges of the same things agree. */
export interface Agreement {
  /** Share of equal verdicts, p_o; null when nothing was judged by both. */
  share: number | null;
  /** Cohen's κ = (p_o − p_e) / (1 − p_e); null when it is undefined: nothing judged, or both say one and the same throughout. */
  kappa: number | null;
}

/**
 * Agreement beyond chance of two judges.
 * @param counts how often the first said `a` where the second said `b`
 * Source: Cohen, A coefficient of agreement for nominal scales (1960).
 */
export function agreement(counts: readonly { a: string; b: string; n: number }[]): Agreement {
  const total = counts.reduce((sum, c) => sum + c.n, 0);
  if (total === 0) return { share: null, kappa: null };
  const observed = counts.reduce((sum, c) => sum + (c.a === c.b ? c.n : 0), 0) / total;
  const labels = new Set(counts.flatMap((c) => [c.a, c.b]));
  let expected = 0;
  for (const label of labels) {
    const first = counts.reduce((sum, c) => sum + (c.a === label ? c.n : 0), 0);
    const second = counts.reduce((sum, c) => sum + (c.b === label ? c.n : 0), 0);
    expected += (first / total) * (second / total);
  }
  return { share: observed, kappa: expected === 1 ? null : (observed - expected) / (1 - expected) };
}
