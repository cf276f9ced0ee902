import fc from 'fast-check';
import { expect, test } from 'vitest';
import { learningRate } from '../../../src/engine/schedule.js';

const o = { learning_rate: 0.01, warmup_steps: 4, schedule: 'constant' as const };
const rates = (schedule: 'constant' | 'linear' | 'cosine' | 'stepped', steps = 12) =>
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

test('stepped holds the peak for 80 % of training, then 31.6 % of it, and 10 % for the last tenth', () => {
  const all = rates('stepped', 20);
  expect(all.slice(0, 4)).toEqual([0.0025, 0.005, 0.0075, 0.01]);
  expect(all.slice(4, 16)).toEqual(Array(12).fill(0.01));
  expect(all.slice(16, 18)).toEqual(Array(2).fill(0.316 * 0.01));
  expect(all.slice(18)).toEqual(Array(2).fill(0.1 * 0.01));
});

test('stepped falls at the first step of which 80 % and 90 % of the steps lie behind, however many there are', () => {
  for (const steps of [1, 7, 10, 33, 100, 1234]) {
    const all = rates('stepped', steps);
    for (const [at, share] of [
      [0.8, 0.316],
      [0.9, 0.1],
    ]) {
      const lower = all.findIndex((r, i) => i >= 4 && r <= 0.01 * share * 1.0001);
      if (lower >= 0) expect(lower).toBe(Math.max(4, Math.ceil(Math.round(at * steps * 1e6) / 1e6)));
    }
  }
});

test('never negative, never above the peak, also when warm-up outlasts the run', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 80 }),
      fc.constantFrom('constant' as const, 'linear' as const, 'cosine' as const, 'stepped' as const),
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
