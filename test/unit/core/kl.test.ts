import fc from 'fast-check';
import { expect, test } from 'vitest';
import { k3, maxLogRatio } from '../../../src/core/kl.js';

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
