/** The numbers by which tokens are called the worst, of a trace: no more of it is decoded than they need. */
import { limitLogRatio } from '../core/kl.js';
import type { TokenMeasure } from '../core/worstTokens.js';
import { decodeArray, type TokenArray } from './arrays.js';
import { klOf } from './decodeTrace.js';
import type { EventOf } from './events.js';

export interface TokenNumbers {
  /** As the measure means them, and as `traceNumbers` has them. */
  values: ArrayLike<number>;
  /** 0 for tokens that were not learned from; left out: all were, or nobody said. */
  mask?: TokenArray;
}

/**
 * @returns undefined where the trace does not tell what they are made of
 * @throws RangeError where an array is no base64
 */
export function tokenNumbers(trace: EventOf<'trace'>, by: TokenMeasure): TokenNumbers | undefined {
  const values = by === 'kl' ? klOf(trace) : by === 'ratio' ? ratioOf(trace) : gapOf(trace);
  return values && { values, ...(trace.mask && { mask: decodeArray(trace.mask) }) };
}

function ratioOf({ ratio, logp, dlogp, logp_old: before }: EventOf<'trace'>): ArrayLike<number> | undefined {
  if (ratio) return decodeArray(ratio);
  if (!before || !(logp ?? dlogp)) return undefined;
  const old = decodeArray(before);
  const [now, change] = [logp && decodeArray(logp), dlogp && decodeArray(dlogp)];
  return Float64Array.from(old, (x, t) => Math.exp(limitLogRatio((now ? now[t] : x + change![t]) - x)));
}

/** log π_old − log π_sampler, nats. */
function gapOf({ logp_old: old, logp_sampler: sampled }: EventOf<'trace'>): ArrayLike<number> | undefined {
  if (!old || !sampled) return undefined;
  const sampler = decodeArray(sampled);
  return Float64Array.from(decodeArray(old), (x, t) => x - sampler[t]);
}
