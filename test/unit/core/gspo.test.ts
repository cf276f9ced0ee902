import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gspoCoefficient, gspoSequenceLoss, sequenceRatio } from '../../../src/core/gspo.js';
import { clippedSide, ppoGradientCoefficient, symmetric } from '../../../src/core/objective.js';
import { expectClose } from '../../builders/close.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

const { clip, cases } = fixture.gspo;

test.each(cases)('an output of ratio $ratio and advantage $advantage has the loss and the slopes that PyTorch finds', (c) => {
  expect(sequenceRatio(c.logp, c.logpOld)).toBeCloseTo(c.ratio, 10);
  expect(gspoSequenceLoss(c, clip)).toBeCloseTo(c.loss, 10);
  expectClose(
    c.logp.map(() => -gspoCoefficient(c, clip) / c.logp.length),
    c.slopes,
    1e-10,
  );
});

test('the fixture has outputs on every side of the clip range', () => {
  expect(new Set(cases.map((c) => clippedSide(c.ratio, c.advantage, clip)))).toEqual(new Set(['low', 'high', undefined]));
});

test('an output of one token is a token of PPO', () => {
  const lp = fc.double({ min: -30, max: 0, noNaN: true });
  fc.assert(
    fc.property(lp, lp, fc.double({ min: -3, max: 3, noNaN: true }), (logp, logpOld, advantage) => {
      const range = symmetric(0.2);
      const output = { logp: [logp], logpOld: [logpOld], advantage };
      expect(gspoCoefficient(output, range)).toBe(ppoGradientCoefficient({ logp, logpOld, advantage }, range));
    }),
  );
});

test('what one token gains and another loses leaves the ratio as it is; an output without tokens has ratio 1', () => {
  expect(sequenceRatio([-1, -3, -2], [-2, -2, -2])).toBe(1);
  expect(sequenceRatio([], [])).toBe(1);
});
