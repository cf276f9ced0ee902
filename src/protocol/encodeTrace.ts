/** The numbers of a trace as they are written: small, and without what follows from the rest. `decodeTrace.ts` reads them back. */
import { encodeF16, encodeF32, encodeU8, encodeWhole } from './arrays.js';
import type { EventOf } from './events.js';
import type { TraceNumbers } from './traceNumbers.js';

type TraceArrays = Omit<EventOf<'trace'>, 'v' | 'seq' | 'time' | 'type' | 'step' | 'group' | 'solution'>;

/**
 * Lengths in the place of ends, whole numbers as narrow as they can be, log-probabilities in half precision, log π_ref and log π_θ as
 * differences to log π_old where that is known (in full where it is not). KL and ratio are left out where log-probabilities tell them.
 * `python/grpo_lab/events` writes the same bytes: test/fixtures/protocol/vectors.json holds both to it.
 */
export function encodeTrace(trace: TraceNumbers<ArrayLike<number>>): TraceArrays {
  const { ends, ids, logpSampler, logpOld, logpRef, logp, kl, ratio, advantage, entropy, rank, mask } = trace;
  return {
    lengths: encodeWhole(Array.from(ends, (end, t) => end - (t > 0 ? ends[t - 1] : 0))),
    ...(ids && { ids: encodeWhole(Array.from(ids)) }),
    ...(logpSampler && { logp_sampler: encodeF16(logpSampler) }),
    ...(logpOld && { logp_old: encodeF16(logpOld) }),
    ...(logpRef && (logpOld ? { dlogp_ref: difference(logpRef, logpOld) } : { logp_ref: encodeF32(logpRef) })),
    ...(logp && (logpOld ? { dlogp: difference(logp, logpOld) } : { logp: encodeF32(logp) })),
    ...(kl && !(logp && logpRef) && { kl: encodeF16(kl) }),
    ...(ratio && !(logp && logpOld) && { ratio: encodeF32(ratio) }),
    ...(advantage && { advantage: encodeF32(advantage) }),
    ...(entropy && { entropy: encodeF16(entropy) }),
    ...(rank && { rank: encodeWhole(Array.from(rank)) }),
    ...(mask && { mask: encodeU8(mask) }),
  };
}

/** a − b. A small difference keeps its digits in half precision, which that of two numbers in half precision would not. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): { f16: string } {
  const [from, by] = [new Float32Array(a), new Float32Array(b)];
  return encodeF16(from.map((x, t) => x - by[t]));
}
