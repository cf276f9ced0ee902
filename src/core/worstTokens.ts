/** By what tokens are called the worst, and how far each is from where nothing is wrong. */

export const tokenMeasures = ['kl', 'ratio', 'sampler'] as const;
/** KL of policy and reference; π_θ/π_old; log π_old − log π_sampler. */
export type TokenMeasure = (typeof tokenMeasures)[number];

/**
 * How bad a value is: 0 where nothing is wrong, larger is worse.
 * - `kl`: the KL itself (k3 estimate of KL(π_θ ‖ π_ref), nats).
 * - `ratio`: |log(π_θ/π_old)|, as 2 is as far from 1 as ½ is.
 * - `sampler`: |log π_old − log π_sampler|, nats.
 * @returns NaN where the value is not known
 */
export function badness(by: TokenMeasure, value: number): number {
  if (by === 'kl') return value;
  return Math.abs(by === 'ratio' ? Math.log(value) : value);
}

/** What was looked at, and what could not be. */
export interface TokenTally {
  /** Tokens that were compared. */
  tokens: number;
  /** Left out: tokens that were not learned from, and those without the number. */
  masked: number;
  unknown: number;
}

/**
 * Goes through the tokens of a solution.
 * @param values of each token, as `by` means them; NaN: not known
 * @param mask 0 for tokens that were not learned from
 * @param bad told of each token that is bad at all
 */
export function scanTokens(
  by: TokenMeasure,
  values: ArrayLike<number>,
  mask: ArrayLike<number> | undefined,
  bad: (token: number, badness: number) => void,
): TokenTally {
  const tally = { tokens: 0, masked: 0, unknown: 0 };
  for (let t = 0; t < values.length; t++) {
    const score = badness(by, values[t]);
    if (mask?.[t] === 0) tally.masked++;
    else if (Number.isNaN(score)) tally.unknown++;
    else {
      tally.tokens++;
      if (score > 0) bad(t, score);
    }
  }
  return tally;
}
