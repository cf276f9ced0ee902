import fc from 'fast-check';
import { expect, test } from 'vitest';
import { majorityAtK } from '../../../src/core/estimators.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

test('is what counting every choice of K samples gives, ties and abstentions included', () => {
  for (const c of fixture.majority) expect(majorityAtK(c.classes, c.k)).toBeCloseTo(c.value, 10);
});

const classes = fc.array(fc.record({ n: fc.integer({ min: 1, max: 40 }), right: fc.boolean(), abstains: fc.boolean() }), {
  minLength: 1,
  maxLength: 12,
});

test('one sample is right as often as the samples are; a probability at any K', () => {
  fc.assert(
    fc.property(classes, fc.double({ min: 0, max: 1, noNaN: true }), (c, at) => {
      const n = c.reduce((sum, x) => sum + x.n, 0);
      const right = c.reduce((sum, x) => sum + (x.right && !x.abstains ? x.n : 0), 0);
      expect(majorityAtK(c, 1)).toBeCloseTo(right / n, 10);
      const value = majorityAtK(c, 1 + Math.floor(at * (n - 1)));
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }),
  );
});

test('if every answer votes, the shares of all of them in the win sum to 1, at sizes that overflow binomials', () => {
  const sizes = [900, 850, 400, 3];
  const shares = sizes.map((_, winner) =>
    majorityAtK(
      sizes.map((n, i) => ({ n, right: i === winner })),
      200,
    ),
  );
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(shares[0]).toBeGreaterThan(shares[1]);
});

test('needs at least K samples', () => {
  expect(() => majorityAtK([{ n: 3, right: true }], 4)).toThrow('Maj@4 needs from 1 to 3 samples');
  expect(() => majorityAtK([{ n: 3, right: true }], 0)).toThrow(RangeError);
});
