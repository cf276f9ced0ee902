import { k3 } from '../core/kl.js';
import { samplerGap } from '../core/samplerGap.js';
import type { ExaminedTrace } from '../doctor/evidence.js';
import type { Trace } from '../store/views.js';

/** What a trace says of sampler and trainer, over the tokens that were learned from. */
export function examinedTrace(place: { group: number; solution: number }, trace: Trace): ExaminedTrace {
  return { ...place, sampler: samplerOf(trace), ratio: ratioOf(trace) };
}

function samplerOf({ logpSampler, logpOld, mask }: Trace): ExaminedTrace['sampler'] {
  if (!logpSampler || !logpOld) return null;
  const gap = samplerGap(logpSampler, logpOld, mask, 1);
  if (gap.tokens === 0) return null;
  let [kl, sum] = [0, 0];
  for (let t = 0; t < logpOld.length; t++) {
    const difference = logpOld[t] - logpSampler[t];
    if (mask?.[t] === 0 || Number.isNaN(difference)) continue;
    kl += k3(logpSampler[t], logpOld[t]);
    sum += difference;
  }
  return { tokens: gap.tokens, kl: kl / gap.tokens, gap: sum / gap.tokens, size: gap.mean, worst: gap.worst.at(0)?.token ?? -1 };
}

function ratioOf({ logp, logpOld, mask }: Trace): ExaminedTrace['ratio'] {
  if (!logp || !logpOld) return null;
  const gap = samplerGap(logpOld, logp, mask, 0);
  return gap.tokens === 0 ? null : { tokens: gap.tokens, outside: Math.round(gap.outside * gap.tokens), size: gap.mean };
}
