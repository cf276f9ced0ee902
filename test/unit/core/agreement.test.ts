import { expect, test } from 'vitest';
import { agreement } from '../../../src/core/agreement.js';

test("two doctors agree as in Cohen's own kind of example", () => {
  // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: p_o = 0.7, p_e = 0.5·0.6 + 0.5·0.4 = 0.5.
  const { share, kappa } = agreement([
    { a: 'yes', b: 'yes', n: 20 },
    { a: 'yes', b: 'no', n: 5 },
    { a: 'no', b: 'yes', n: 10 },
    { a: 'no', b: 'no', n: 15 },
  ]);
  expect(share).toBeCloseTo(0.7, 12);
  expect(kappa).toBeCloseTo(0.4, 12);
});

test('agreement that could not be otherwise has no kappa', () => {
  expect(agreement([{ a: 'yes', b: 'yes', n: 9 }])).toEqual({ share: 1, kappa: null });
  expect(agreement([])).toEqual({ share: null, kappa: null });
});

test('agreement below chance is negative', () => {
  expect(
    agreement([
      { a: 'yes', b: 'no', n: 1 },
      { a: 'no', b: 'yes', n: 1 },
    ]),
  ).toEqual({ share: 0, kappa: -1 });
});
