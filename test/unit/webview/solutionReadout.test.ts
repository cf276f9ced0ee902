import { expect, test } from 'vitest';
import type { LogpTemperatures } from '../../../src/core/logpTemperature.js';
import type { Trace } from '../../../src/store/views.js';
import { readoutValues } from '../../../webview/solution/readout.js';

const unknown: LogpTemperatures = { trainer: null, sampler: null };
const shown = (trace: Trace, i: number, advantage: number | null, temperatures = unknown) =>
  Object.fromEntries(readoutValues(trace, i, advantage, temperatures).map((v) => [v.label, v.value]));

test('every recorded number of a token, probabilities instead of logarithms', () => {
  const trace = {
    ends: [2],
    logpOld: [Math.log(0.5)],
    logpRef: [Math.log(0.25)],
    logp: [Math.log(0.55)],
    ratio: [1.1],
    kl: [0.0004321],
    entropy: [1.23456],
    rank: [2],
  };
  expect(shown(trace, 0, -0.88)).toEqual({
    Â: '−0.88',
    π_old: '0.5',
    π_ref: '0.25',
    π_θ: '0.55',
    ratio: '1.1',
    KL: '4.32e−4',
    entropy: '1.235',
    rank: '2',
  });
  const exact = (temperatures: LogpTemperatures) => readoutValues(trace, 0, null, temperatures)[0].exact;
  expect(exact(unknown)).toBe(`log π_old = ${Math.log(0.5)}, temperature unknown`);
  expect(exact({ trainer: 0.6, sampler: 1 })).toBe(`log π_old = ${Math.log(0.5)}, at T = 0.6`);
});

test("a token's own advantage goes before the solution's", () => {
  expect(shown({ ends: [1], advantage: [0.25] }, 0, 1)).toEqual({ Â: '+0.25' });
});

test('what was not recorded is left out', () => expect(shown({ ends: [1] }, 0, null)).toEqual({}));

test("the sampler's probability stands beside the trainer's, with how far they are apart", () => {
  const trace = { ends: [2], logpOld: [Math.log(0.5)], logpSampler: [Math.log(0.4)] };
  expect(shown(trace, 0, null)).toEqual({ π_sampler: '0.4', π_old: '0.5', 'log π_old/π_sampler': '+0.2231' });
  expect(shown({ ends: [2], logpSampler: [Math.log(0.4)] }, 0, null)).toEqual({ π_sampler: '0.4' });
});

test('of two temperatures no difference is made', () => {
  const trace = { ends: [2], logpOld: [Math.log(0.5)], logpSampler: [Math.log(0.4)] };
  expect(shown(trace, 0, null, { trainer: 1, sampler: 0.6 })).toEqual({
    π_sampler: '0.4',
    π_old: '0.5',
    'log π_old/π_sampler': 'two temperatures',
  });
});

test("the solution's advantage is not that of a token that was not learned from", () => {
  const trace = { ends: [1, 2], mask: [0, 1] };
  expect([shown(trace, 0, 1), shown(trace, 1, 1)]).toEqual([{}, { Â: '+1' }]);
});
