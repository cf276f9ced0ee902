import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderedPairs } from '../../../src/core/orderedPairs.js';
import { pairAccuracy } from '../../../src/core/platt.js';

const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { maxLength: 30 });

test('counts what comparing every right case with every wrong one counts', () => {
  fc.assert(
    fc.property(cases, (all) => {
      const of = (right: boolean): number[] => all.filter(([, label]) => label === right).map(([score]) => score);
      const pairs = of(true).flatMap((right) => of(false).map((wrong) => [right, wrong] as const));
      const found = orderedPairs(
        all.map(([score]) => score),
        all.map(([, label]) => label),
      );
      expect(found.pairs).toBe(pairs.length);
      const [chosen, rejected] = [pairs.map(([right]) => right), pairs.map(([, wrong]) => wrong)];
      if (pairs.length > 0) expect(found.inOrder / found.pairs).toBeCloseTo(pairAccuracy(chosen, rejected), 12);
      else expect(found.inOrder).toBe(0);
    }),
  );
});

test('a model that is always right, always wrong, or says the same of all', () => {
  expect(orderedPairs([0.1, 0.9, 0.2], [false, true, false])).toEqual({ pairs: 2, inOrder: 2 });
  expect(orderedPairs([0.9, 0.1], [false, true])).toEqual({ pairs: 1, inOrder: 0 });
  expect(orderedPairs([0.5, 0.5, 0.5], [false, true, true])).toEqual({ pairs: 2, inOrder: 1 });
});
