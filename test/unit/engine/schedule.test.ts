import fc from 'fast-check';
import { expect, test } from 'vitest';
import { learningRate } from '../../../src/engine/schedule.js';

const o = { learning_rate: 0.01, warmup_steps: 4, schedule: 'constant' as const };
const rates = (schedule: 'constant' | 'linear' | 'cosine', steps = 12) =>
  Array.from({ length: steps }, (_, i) => learningRate({ ...o, schedule }, i + 1, steps));

test('warm-up rises in equal parts to the peak, then the rate stays', () => {
  expect(rates('constant').slice(0, 5)).toEqual([0.0025, 0.005, 0.0075, 0.01, 0.01]);
  expect(rates('constant').at(-1)).toBe(0.01);
});

test.each(['linear', 'cosine'] as const)('%s begins at the peak and falls at every step, to nearly nothing', (schedule) => {
  const after = rates(schedule).slice(4);
  expect(after[0]).toBeCloseTo(0.01, 12);
  for (let i = 1; i < after.length; i++) expect(after[i]).toBeLessThan(after[i - 1]);
  expect(after.at(-1)).toBeLessThan(0.0015);
});

test('never negative, never above the peak, also when warm-up outlasts the run', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 80 }),
      fc.constantFrom('constant' as const, 'linear' as const, 'cosine' as const),
      (steps, warmup_steps, schedule) => {
        for (let step = 1; step <= steps; step++) {
          const rate = learningRate({ learning_rate: 0.01, warmup_steps, schedule }, step, steps);
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(0.01);
        }
      },
    ),
  );
});
