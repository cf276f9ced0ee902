import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generalisedAdvantages, ppoRewards, whiten } from '../../../src/core/gae.js';
import { expectClose } from '../../builders/close.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

const numbers = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 });

test.each(fixture.gae)('γ $gamma, λ $lambda: advantages are the discounted sums of all later δ', (c) => {
  const { advantages, returns } = generalisedAdvantages(c.rewards, c.values, c.gamma, c.lambda);
  expectClose(advantages, c.advantages, 1e-6);
  expectClose(returns, c.returns, 1e-6);
});

test('without discount and with λ 1, a return is the sum of the rewards from its token on, whatever the values', () => {
  fc.assert(
    fc.property(numbers, fc.double({ min: -5, max: 5, noNaN: true }), (rewards, value) => {
      const { returns } = generalisedAdvantages(
        rewards,
        rewards.map(() => value),
        1,
        1,
      );
      const sums = rewards.map((_, t) => rewards.slice(t).reduce((sum, r) => sum + r, 0));
      expectClose(returns, sums, 1e-5);
    }),
  );
});

test('rewards without values are an error', () => {
  expect(() => generalisedAdvantages([1, 2], [1], 1, 1)).toThrow('2 rewards for 1 values');
});

test('the score arrives at the last token, the KL penalty at each', () => {
  const c = fixture.ppoRewards;
  expectClose(ppoRewards(c.score, c.logp, c.logpRef, c.beta), c.rewards, 1e-6);
  expect(ppoRewards(1, [], [], 0.1)).toEqual(new Float32Array(0));
});

test('whitening takes mean and std over all tokens of all sequences', () => {
  const { values, whitened } = fixture.whiten;
  whiten(values.map((v) => Float32Array.from(v))).forEach((v, i) => expectClose(v, whitened[i], 1e-6));
});

test('equal values are whitened to 0', () => {
  expect(whiten([Float32Array.of(0.1, 0.1), Float32Array.of(0.1)])).toEqual([new Float32Array(2), new Float32Array(1)]);
});

test('tokens that are not learned from count in neither moment of the whitening', () => {
  const own = [Uint8Array.of(1, 0, 1), Uint8Array.of(1)];
  const [a, b] = whiten([Float32Array.of(1, 1000, 3), Float32Array.of(5)], own);
  const [plain, last] = whiten([Float32Array.of(1, 3), Float32Array.of(5)]);
  expect([...a]).toEqual([plain[0], 0, plain[1]]);
  expect([...b]).toEqual([...last]);
});
