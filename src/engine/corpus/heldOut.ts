import type { MetricValues } from '../../protocol/metrics.js';
import { mixtureLossMetric, type MetricName } from '../../protocol/metrics.js';
import type { Policy } from '../model/policy.js';
import type { HeldOutSource } from './corpus.js';

/** A benchmark of documents: what the policy makes of text that training never sees. */
export interface DocumentSuite {
  name: 'held-out' | 'validation';
  /** Evaluate every this many steps. */
  every: number;
  sources: HeldOutSource[];
}

/**
 * Mean of −log π_θ over all tokens of each source, in nats; its exponential is the perplexity. The whole is the mean by the target
 * shares, which is what training minimises in expectation. A source without held-out documents has no value, and then there is no whole.
 */
export async function heldOutLoss(policy: Policy, { name, sources }: DocumentSuite): Promise<MetricValues> {
  const split = name === 'held-out' ? 'held_out' : 'validation';
  const whole: MetricName = `loss/${split}`;
  const values: MetricValues = {};
  let sum = 0;
  for (const source of sources) {
    if (source.sequences.length === 0) continue;
    const scores = await policy.score(source.sequences);
    let [logp, tokens] = [0, 0];
    for (const s of scores) {
      for (const l of s.logp) logp += l;
      tokens += s.logp.length;
    }
    values[mixtureLossMetric(split, source.name)] = -logp / tokens;
    sum += (source.share * -logp) / tokens;
  }
  return sources.every((s) => s.sequences.length > 0) ? { [whole]: sum, ...values } : values;
}
