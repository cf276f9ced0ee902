import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drGrpoAdvantages, outcomeAdvantages, processAdvantages, rlooAdvantages } from '../../../src/core/advantages.js';
import { mean, populationStd } from '../../../src/core/stats.js';
import { expectClose } from '../../builders/close.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

const rewards = fc.array(
  fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
  { minLength: 2, maxLength: 64 },
);

test('one right answer among four is worth √3, the three wrong ones −1/√3', () => {
  const [right, ...wrong] = outcomeAdvantages([1, 0, 0, 0]);
  expect(right).toBeCloseTo(Math.sqrt(3), 12);
  for (const a of wrong) expect(a).toBeCloseTo(-1 / Math.sqrt(3), 12);
});

test.each([[[0.1, 0.1, 0.1]], [[1, 1]], [[0, 0, 0, 0]], [[7]]])('equal rewards %j carry no signal', (equal) => {
  const none = equal.map(() => 0);
  expect(outcomeAdvantages(equal)).toEqual(none);
  expect(drGrpoAdvantages(equal)).toEqual(none);
  expect(rlooAdvantages(equal)).toEqual(none);
});

test('RLOO compares each output with the mean of the others', () => {
  expect(rlooAdvantages([1, 0, 0.5])).toEqual([0.75, -0.75, 0]);
});

describe('for any group', () => {
  test('advantages have mean 0, and std 1 unless all rewards are equal', () => {
    fc.assert(
      fc.property(rewards, (r) => {
        const a = outcomeAdvantages(r);
        expect(mean(a)).toBeCloseTo(0, 8);
        expect(populationStd(a)).toBeCloseTo(new Set(r).size === 1 ? 0 : 1, 8);
      }),
    );
  });

  test('only the order and spacing of rewards matter: shift and scale do not', () => {
    fc.assert(
      fc.property(rewards, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 50 }), (r, shift, scale) => {
        const moved = outcomeAdvantages(r.map((x) => x * scale + shift));
        outcomeAdvantages(r).forEach((a, i) => expect(moved[i]).toBeCloseTo(a, 6));
      }),
    );
  });

  test('the variants are the same advantages on other scales', () => {
    fc.assert(
      fc.property(rewards, (r) => {
        const sigma = populationStd(r);
        const g = r.length;
        const grpo = outcomeAdvantages(r);
        const rloo = rlooAdvantages(r);
        drGrpoAdvantages(r).forEach((a, i) => {
          expect(a).toBeCloseTo(grpo[i] * sigma, 8);
          expect(rloo[i]).toBeCloseTo((a * g) / (g - 1), 8);
        });
      }),
    );
  });
});

describe('process supervision', () => {
  const { rewards: stepRewards, ends, lengths, advantages } = fixture.process;

  test('every token gets the normalised rewards of the steps that end at it or later', () => {
    processAdvantages(stepRewards, ends, lengths).forEach((a, i) => expectClose(a, advantages[i], 1e-6));
  });

  test('with one step per output, ending at its last token, it is outcome supervision', () => {
    fc.assert(
      fc.property(rewards, (r) => {
        const process = processAdvantages(
          r.map((x) => [x]),
          r.map(() => [2]),
          r.map(() => 3),
        );
        outcomeAdvantages(r).forEach((a, i) => expectClose(process[i], [a, a, a], 1e-6));
      }),
    );
  });

  const outputs = fc.array(fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: 1, max: 5 })), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 8,
  });

  test('from one token to the next, an advantage changes only by the reward of a step that ended; over all steps these cancel out', () => {
    fc.assert(
      fc.property(outputs, (steps) => {
        const lastTokens = steps.map((s) => s.map((_, j) => s.slice(0, j + 1).reduce((sum, [, n]) => sum + n, 0) - 1));
        const tokens = steps.map((s) => s.reduce((sum, [, n]) => sum + n, 0));
        const a = processAdvantages(
          steps.map((s) => s.map(([r]) => r)),
          lastTokens,
          tokens,
        );
        let sum = 0;
        a.forEach((output, i) => {
          sum += output.length > 0 ? output[0] : 0;
          for (let t = 0; t + 1 < output.length; t++) if (!lastTokens[i].includes(t)) expect(output[t]).toBe(output[t + 1]);
        });
        expect(sum).toBeCloseTo(0, 3);
      }),
    );
  });

  test('a step without a reward, or beyond the output, is an error', () => {
    expect(() => processAdvantages([[1]], [[0, 1]], [2])).toThrow('Output 0 has 1 step rewards for 2 steps');
    expect(() => processAdvantages([[1, 0]], [[0, 2]], [2])).toThrow('ends at token 2 of 2');
  });
});
