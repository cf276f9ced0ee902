import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clippedSide,
  clippedSurrogate,
  grpoGradientCoefficient,
  grpoTokenLoss,
  ppoGradientCoefficient,
  ratio,
  symmetric,
  type PolicyToken,
} from '../../../src/core/objective.js';
import type { KlEstimator } from '../../../src/core/kl.js';
import { expectClose } from '../../builders/close.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

const clip = symmetric(0.2);
const settings = { clip, beta: 0.04 };

test('the surrogate takes the more pessimistic of the two products', () => {
  expect(clippedSurrogate(1.5, 2, clip)).toBeCloseTo(2.4, 12);
  expect(clippedSurrogate(1.5, -2, clip)).toBeCloseTo(-3, 12);
  expect(clippedSurrogate(0.5, 2, clip)).toBeCloseTo(1, 12);
  expect(clippedSurrogate(0.5, -2, clip)).toBeCloseTo(-1.6, 12);
  expect(clippedSurrogate(1.1, 2, clip)).toBeCloseTo(2.2, 12);
});

test('the clip cuts off only what would go further the way the advantage pushes', () => {
  expect(clippedSide(1.5, 1, clip)).toBe('high');
  expect(clippedSide(0.5, -1, clip)).toBe('low');
  expect(clippedSide(1.5, -1, clip)).toBeUndefined();
  expect(clippedSide(0.5, 1, clip)).toBeUndefined();
  expect(clippedSide(1.5, 0, clip)).toBeUndefined();
});

test('on the first update the gradient coefficient is the paper’s Â + β(π_ref/π_θ − 1)', () => {
  const t = { logp: -1.2, logpOld: -1.2, logpRef: -0.9, advantage: 0.7 };
  expect(grpoGradientCoefficient(t, settings)).toBeCloseTo(0.7 + 0.04 * (Math.exp(0.3) - 1), 12);
});

const token = fc.record({
  logp: fc.double({ min: -8, max: -0.01, noNaN: true }),
  logpOld: fc.double({ min: -8, max: -0.01, noNaN: true }),
  logpRef: fc.double({ min: -8, max: -0.01, noNaN: true }),
  advantage: fc.double({ min: -3, max: 3, noNaN: true }),
});

test('the gradient coefficient is minus the slope of the token loss, clipped or not', () => {
  const h = 1e-6;
  const kink = (t: PolicyToken) => [0.8, 1.2].some((edge) => Math.abs(ratio(t.logp, t.logpOld) - edge) < 1e-4);
  fc.assert(
    fc.property(token, (t) => {
      fc.pre(!kink(t));
      const at = (logp: number) => grpoTokenLoss({ ...t, logp }, settings);
      const slope = (at(t.logp + h) - at(t.logp - h)) / (2 * h);
      const coefficient = grpoGradientCoefficient(t, settings);
      expect(Math.abs(coefficient + slope)).toBeLessThan(1e-4 * (1 + Math.abs(coefficient)));
    }),
  );
});

test('a ratio out of all bounds stays finite', () => {
  const t = { logp: -1e-3, logpOld: -900, logpRef: -900, advantage: -1 };
  expect(Number.isFinite(grpoTokenLoss(t, settings))).toBe(true);
  expect(grpoGradientCoefficient(t, settings)).toBeCloseTo(0, 12);
});

/** Ratios inside an asymmetric clip range and beyond both its ends, advantages of both signs and none. */
const { tokens: torch } = fixture;
const torchTokens = torch.logp.map((logp, i) => ({
  logp,
  logpOld: torch.logpOld[i],
  logpRef: torch.logpRef[i],
  advantage: torch.advantage[i],
}));

test('the fixture has tokens on every side of the clip range', () => {
  const sides = torchTokens.map((t) => clippedSide(ratio(t.logp, t.logpOld), t.advantage, torch.clip));
  expect(new Set(sides)).toEqual(new Set(['low', 'high', undefined]));
});

test('PPO’s coefficient is minus the slope that PyTorch finds in its loss', () => {
  expectClose(
    torchTokens.map((t) => -clippedSurrogate(ratio(t.logp, t.logpOld), t.advantage, torch.clip)),
    torch.losses.ppo.value,
    1e-10,
  );
  expectClose(
    torchTokens.map((t) => -ppoGradientCoefficient(t, torch.clip)),
    torch.losses.ppo.slope,
    1e-10,
  );
});

test.each<KlEstimator>(['k1', 'k2', 'k3'])('GRPO’s coefficient with %s is minus the slope that PyTorch finds in its loss', (kl) => {
  const { clip, beta, losses } = torch;
  expectClose(
    torchTokens.map((t) => grpoTokenLoss(t, { clip, beta, kl })),
    losses[kl].value,
    1e-10,
  );
  expectClose(
    torchTokens.map((t) => -grpoGradientCoefficient(t, { clip, beta, kl })),
    losses[kl].slope,
    1e-10,
  );
});
