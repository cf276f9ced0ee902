import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dpoCoefficient, dpoLoss, dpoMargin } from '../../../src/core/preferencePair.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

test.each(fixture.dpo)('margin, loss and both slopes are those that PyTorch finds (margin $margin)', (c) => {
  const margin = dpoMargin(c, c.beta);
  expect(margin).toBeCloseTo(c.margin, 10);
  expect(dpoLoss(margin)).toBeCloseTo(c.loss, 10);
  expect(-c.beta * dpoCoefficient(margin, 'chosen')).toBeCloseTo(c.slopes.chosen, 10);
  expect(-c.beta * dpoCoefficient(margin, 'rejected')).toBeCloseTo(c.slopes.rejected, 10);
});

test('a policy that is still the reference loses log 2 and pushes with half the weight', () => {
  const same = { logp: -3, logpRef: -3 };
  const margin = dpoMargin({ chosen: same, rejected: same }, 0.1);
  expect(dpoLoss(margin)).toBeCloseTo(Math.LN2, 12);
  expect(dpoCoefficient(margin, 'chosen')).toBe(0.5);
});

test('the further apart a pair already is, the less it weighs; no margin is too large', () => {
  const margin = fc.double({ min: -2000, max: 2000, noNaN: true });
  fc.assert(
    fc.property(margin, margin, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(dpoCoefficient(high, 'chosen')).toBeLessThanOrEqual(dpoCoefficient(low, 'chosen'));
      expect(dpoLoss(high)).toBeLessThanOrEqual(dpoLoss(low));
      expect(dpoLoss(low) - dpoLoss(-low)).toBeCloseTo(-low, 8);
      expect(dpoCoefficient(low, 'chosen') + dpoCoefficient(-low, 'chosen')).toBeCloseTo(1, 12);
    }),
  );
});
