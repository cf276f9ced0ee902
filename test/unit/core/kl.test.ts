import fc from 'fast-check';
import { expect, test } from 'vitest';
import { k1, k2, k3, klEstimate, klSlope, maxLogRatio, type KlEstimator } from '../../../src/core/kl.js';
import { expectClose } from '../../builders/close.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

const logp = fc.double({ min: -50, max: 0, noNaN: true });

test('k3 is the paper’s formula', () => {
  const [policy, reference] = [0.2, 0.5];
  expect(k3(Math.log(policy), Math.log(reference))).toBeCloseTo(reference / policy - Math.log(reference / policy) - 1, 12);
});

test('k3 is never negative, zero where the policies agree, and always finite', () => {
  fc.assert(
    fc.property(logp, logp, (a, b) => {
      expect(k3(a, b)).toBeGreaterThanOrEqual(0);
      expect(k3(a, b)).toBeLessThan(Math.exp(maxLogRatio));
      expect(k3(a, a)).toBe(0);
    }),
  );
});

test('averaged over samples of the policy, k3 is the exact KL divergence', () => {
  const policy = [0.5, 0.3, 0.15, 0.05];
  const reference = [0.25, 0.25, 0.25, 0.25];
  const exact = policy.reduce((sum, p, i) => sum + p * Math.log(p / reference[i]), 0);
  const expected = policy.reduce((sum, p, i) => sum + p * k3(Math.log(p), Math.log(reference[i])), 0);
  expect(expected).toBeCloseTo(exact, 12);
});

const estimators: KlEstimator[] = ['k1', 'k2', 'k3'];

test.each(estimators)('%s and its slope are those that PyTorch finds', (kind) => {
  const { logp, logpRef, kl } = fixture.tokens;
  expectClose(
    logp.map((lp, i) => klEstimate(kind, lp, logpRef[i])),
    kl[kind].value,
    1e-10,
  );
  expectClose(
    logp.map((lp, i) => klSlope(kind, lp, logpRef[i])),
    kl[kind].slope,
    1e-10,
  );
});

test('where the policies nearly agree, k2 and k3 are alike, and k1 keeps the sign', () => {
  fc.assert(
    fc.property(logp, fc.double({ min: -1e-3, max: 1e-3, noNaN: true }), (lp, d) => {
      expect(Math.abs(k3(lp, lp + d) - k2(lp, lp + d))).toBeLessThanOrEqual(Math.abs(d) ** 3 + 1e-15);
      expect(k1(lp, lp + d)).toBeCloseTo(-d, 12);
    }),
  );
});
