import { expect, test } from 'vitest';
import { readoutValues } from '../../../webview/solution/readout.js';

const shown = (...args: Parameters<typeof readoutValues>) => Object.fromEntries(readoutValues(...args).map((v) => [v.label, v.value]));

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
  expect(readoutValues(trace, 0, null)[0].exact).toBe(`log π_old = ${Math.log(0.5)}`);
});

test("a token's own advantage goes before the solution's", () => {
  expect(shown({ ends: [1], advantage: [0.25] }, 0, 1)).toEqual({ Â: '+0.25' });
});

test('what was not recorded is left out', () => expect(shown({ ends: [1] }, 0, null)).toEqual({}));
