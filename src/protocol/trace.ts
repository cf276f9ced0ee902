/** The numbers of a trace as they are meant, whichever of its keys its writer chose. */
import { k3, limitLogRatio } from '../core/kl.js';
import { decodeArray } from './arrays.js';
import type { EventOf } from './events.js';
import type { WireArray } from './events.js';

/** Per-token numbers of one solution, each array of length |o|; absent where nothing is known. */
export interface TraceNumbers {
  /** End offset of each token's text in the solution's text, in UTF-16 code units. */
  ends: number[];
  ids?: number[];
  /** Log-probabilities (nats): of the engine that sampled, of the trainer before its updates, of the reference, of the newest weights. */
  logpSampler?: number[];
  logpOld?: number[];
  logpRef?: number[];
  logp?: number[];
  /** k3 estimate (nats). */
  kl?: number[];
  /** π_θ/π_old. */
  ratio?: number[];
  /** Nats. */
  entropy?: number[];
  rank?: number[];
  advantage?: number[];
  /** 1: learned from, 0: not. */
  mask?: number[];
}

/**
 * Decodes a trace and derives what follows from what it holds: ends from lengths, log π_ref and log π_θ from their differences to
 * log π_old, KL (k3, DeepSeekMath, equation 4) and the ratio from log-probabilities.
 * @throws RangeError where an array is no base64
 */
export function traceNumbers(trace: EventOf<'trace'>): TraceNumbers {
  const of = (array: WireArray | undefined): number[] | undefined => array && decodeArray(array);
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
  return { ends: of(trace.ends) ?? endsOf(of(trace.lengths) ?? []), ...known };
}

function endsOf(lengths: readonly number[]): number[] {
  let end = 0;
  return lengths.map((length) => (end += length));
}

const pairs = (a: number[] | undefined, b: number[] | undefined, f: (a: number, b: number) => number): number[] | undefined =>
  a && b && a.map((x, t) => f(x, b[t]));

const sum = (a: number[] | undefined, b: number[] | undefined): number[] | undefined => pairs(a, b, (x, y) => x + y);
