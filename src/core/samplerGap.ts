import { limitLogRatio } from './kl.js';

/** One token about which sampling engine and trainer are apart. */
export interface TokenGap {
  /** 0-based. */
  token: number;
  /** log π_old − log π_sampler, nats. */
  gap: number;
  /** π_old/π_sampler. */
  ratio: number;
}

/** How far the engine that sampled a solution and the trainer are apart about the same tokens. */
export interface SamplerGap {
  /** Tokens that are compared. */
  tokens: number;
  /** Left out: tokens that were not learned from, and those for which one of the two has no number. */
  masked: number;
  unknown: number;
  /** Of |log π_old − log π_sampler|, nats; NaN where no token is compared. */
  mean: number;
  max: number;
  /** Share of the tokens whose ratio lies outside [½, 2]. */
  outside: number;
  /** The largest differences first; tokens about which both agree are none. */
  worst: TokenGap[];
}

/**
 * The mismatch of sampler and trainer: exact on-policy sampling has π_old = π_sampler for every token, and what differs is what
 * truncated importance sampling corrects by the ratio π_old/π_sampler.
 * @param sampler log π_sampler of each token (nats)
 * @param old log π_old of each token (nats), at the same temperature
 * @param mask 0 for tokens that were not learned from
 * @param most differences to list
 * Source: Yao et al., "Your Efficient RL Framework Secretly Brings You Off-Policy RL Training" (2025), sections 1 and 2.
 */
export function samplerGap(
  sampler: ArrayLike<number>,
  old: ArrayLike<number>,
  mask: ArrayLike<number> | undefined,
  most: number,
): SamplerGap {
  const compared: TokenGap[] = [];
  let [masked, unknown, sum, max, outside] = [0, 0, 0, 0, 0];
  for (let token = 0; token < old.length; token++) {
    const gap = old[token] - sampler[token];
    if (mask?.[token] === 0) masked++;
    else if (Number.isNaN(gap)) unknown++;
    else {
      compared.push({ token, gap, ratio: Math.exp(limitLogRatio(gap)) });
      sum += Math.abs(gap);
      max = Math.max(max, Math.abs(gap));
      if (Math.abs(gap) > Math.LN2) outside++;
    }
  }
  const tokens = compared.length;
  const worst = compared.filter(({ gap }) => gap !== 0).sort((a, b) => Math.abs(b.gap) - Math.abs(a.gap) || a.token - b.token);
  return {
    ...{ tokens, masked, unknown },
    ...(tokens === 0 ? { mean: NaN, max: NaN, outside: NaN } : { mean: sum / tokens, max, outside: outside / tokens }),
    worst: worst.slice(0, most),
  };
}
