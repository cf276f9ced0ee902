import { expect, test } from 'vitest';
import { rftCoefficient, sftCoefficient } from '../../../src/core/coefficients.js';
import { expectClose } from '../../builders/close.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

/** The slope of a token's log-probability in a mean over N outputs of means over |o_i| tokens is −GC/(N·|o_i|). */
const { right, lengths, slopes } = fixture.imitation;

test('imitation of the right outputs has the slopes that PyTorch finds', () => {
  right.forEach((ok, i) => {
    const slope = -rftCoefficient(ok) / (right.length * lengths[i]);
    expectClose(Array<number>(lengths[i]).fill(slope), slopes[i], 1e-10);
  });
});

test('SFT is imitation of outputs that are all right', () => {
  expect(rftCoefficient(true)).toBe(sftCoefficient);
});
