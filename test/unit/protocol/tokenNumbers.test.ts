import { expect, test } from 'vitest';
import { encodeF32, encodeU8 } from '../../../src/protocol/arrays.js';
import { traceNumbers } from '../../../src/protocol/decodeTrace.js';
import type { EventOf } from '../../../src/protocol/events.js';
import { tokenNumbers } from '../../../src/protocol/tokenNumbers.js';

const trace = (arrays: Partial<EventOf<'trace'>>): EventOf<'trace'> => ({
  ...{ v: 1, seq: 1, time: '2026-11-24T09:00:00Z', type: 'trace', step: 1, group: 0, solution: 0, lengths: [1, 1] },
  ...arrays,
});
const [old, now, ref, sampler] = [
  [-1, -2],
  [-1.5, -1],
  [-1, -2.25],
  [-1.25, NaN],
].map(encodeF32);

test.each<Partial<EventOf<'trace'>>>([
  { logp_old: old, logp: now, logp_ref: ref, logp_sampler: sampler },
  { logp_old: old, dlogp: encodeF32([0.5, 30]), dlogp_ref: encodeF32([0.1, 0.2]), mask: encodeU8([1, 0]) },
  { logp_old: old, logp: now, kl: encodeF32([3, 4]), ratio: encodeF32([1, 2]) },
  { logp_old: old },
  { logp_sampler: sampler, dlogp: encodeF32([1, 1]) },
  {},
])('%o has the numbers that all of it decoded has', (arrays) => {
  const { kl, ratio, logpOld, logpSampler, mask } = traceNumbers(trace(arrays));
  const values = (by: Parameters<typeof tokenNumbers>[1]) => {
    const found = tokenNumbers(trace(arrays), by);
    if (found) expect(found.mask).toEqual(mask);
    return found && Array.from(found.values);
  };
  expect(values('kl')).toEqual(kl && Array.from(kl));
  expect(values('ratio')).toEqual(ratio && Array.from(ratio));
  expect(values('sampler')).toEqual(logpOld && logpSampler && Array.from(logpOld, (x, t) => x - logpSampler[t]));
});
