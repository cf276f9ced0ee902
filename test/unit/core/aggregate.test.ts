import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenWeights, type Aggregation } from '../../../src/core/aggregate.js';
import { expectClose } from '../../builders/close.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

test.each<Aggregation>(['output', 'token', 'constant'])(
  '%s: weights are the slopes that PyTorch finds in the padded, masked mean',
  (how) => {
    const { lengths, longest, weights } = fixture.aggregation;
    expectClose(tokenWeights(lengths, how, longest), weights[how], 1e-7);
  },
);

test('weights of means sum to 1 over all tokens; outputs without tokens take nothing', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(lengths, fc.constantFrom<Aggregation>('output', 'token'), (l, how) => {
      const sum = tokenWeights(l, how, 50).reduce((total, w, i) => total + w * l[i], 0);
      expect(sum).toBeCloseTo(1, 5);
    }),
  );
  for (const how of ['output', 'token', 'constant'] as const) expect([...tokenWeights([0, 4], how, 8)][0]).toBe(0);
});

test('outputs of equal length weigh alike either way', () => {
  expect(tokenWeights([5, 5], 'token', 5)).toEqual(tokenWeights([5, 5], 'output', 5));
  expect(tokenWeights([5, 5], 'constant', 5)).toEqual(tokenWeights([5, 5], 'output', 5));
});
