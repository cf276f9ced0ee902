/** The numbers of a trace as they are meant, whichever of its keys its writer chose. */
import { k3, limitLogRatio } from '../core/kl.js';
import { decodeArray, type TokenArray } from './arrays.js';
import type { EventOf, WireArray } from './events.js';
import type { TraceNumbers } from './traceNumbers.js';

/**
 * Decodes a trace and derives what follows from what it holds: ends from lengths, log π_ref and log π_θ from their differences to
 * log π_old, KL (k3, DeepSeekMath, equation 4) and the ratio from log-probabilities.
 * @throws RangeError where an array is no base64
 */
export function traceNumbers(trace: EventOf<'trace'>): TraceNumbers<TokenArray> {
  const of = (array: WireArray | undefined): TokenArray | undefined => array && decodeArray(array);
  const logpOld = of(trace.logp_old);
  const logpRef = of(trace.logp_ref) ?? sum(logpOld, of(trace.dlogp_ref));
  const logp = of(trace.logp) ?? sum(logpOld, of(trace.dlogp));
  const numbers = {
    ids: of(trace.ids),
    logpSampler: of(trace.logp_sampler),
    logpOld,
    logpRef,
    logp,
    kl: of(trace.kl) ?? pairs(logp, logpRef, k3),
    ratio: of(trace.ratio) ?? pairs(logp, logpOld, (x, old) => Math.exp(limitLogRatio(x - old))),
    entropy: of(trace.entropy),
    rank: of(trace.rank),
    advantage: of(trace.advantage),
    mask: of(trace.mask),
  };
  const known = Object.fromEntries(Object.entries(numbers).filter(([, array]) => array !== undefined));
  return { ends: tokenEnds(trace), ...known };
}

/** End offset of each token. @throws as `traceNumbers` */
export const tokenEnds = ({ ends, lengths }: EventOf<'trace'>): TokenArray =>
  ends ? decodeArray(ends) : endsOf(lengths ? decodeArray(lengths) : new Uint8Array());

/**
 * The largest KL of a token that was learned from (all of them where no mask says which), as `traceNumbers` has it; decodes no more than it needs.
 * @returns null where no KL is known: neither it nor both log-probabilities that it follows from were written
 */
export function largestKl(trace: EventOf<'trace'>): number | null {
  const kl = klOf(trace);
  if (kl === undefined) return null;
  const mask = trace.mask && decodeArray(trace.mask);
  let most = -Infinity;
  for (let t = 0; t < kl.length; t++) if (kl[t] > most && mask?.[t] !== 0) most = kl[t];
  return most === -Infinity ? null : most;
}

/** KL of each token as `traceNumbers` has it; undefined where the trace does not tell it. */
export function klOf(trace: EventOf<'trace'>): TokenArray | undefined {
  const of = (array: WireArray | undefined): TokenArray | undefined => array && decodeArray(array);
  if (trace.kl) return of(trace.kl);
  const { logp, logp_ref: logpRef, dlogp, dlogp_ref: dlogpRef, logp_old: old } = trace;
  if (!((logp ?? (dlogp && old)) && (logpRef ?? (dlogpRef && old)))) return undefined;
  const logpOld = logp && logpRef ? undefined : of(old);
  return pairs(of(logp) ?? sum(logpOld, of(dlogp)), of(logpRef) ?? sum(logpOld, of(dlogpRef)), k3);
}

function endsOf(lengths: TokenArray): Uint32Array {
  let end = 0;
  return Uint32Array.from(lengths, (length) => (end += length));
}

const pairs = (a: TokenArray | undefined, b: TokenArray | undefined, f: (a: number, b: number) => number): Float64Array | undefined =>
  a && b && Float64Array.from(a, (x, t) => f(x, b[t]));

const sum = (a: TokenArray | undefined, b: TokenArray | undefined): Float64Array | undefined => pairs(a, b, (x, y) => x + y);
