/** What `grpo_lab.train` makes of rewards and steps (test/fixtures/train/vectors.json): TypeScript makes the same. */
import { expect, test } from 'vitest';
import { drGrpoAdvantages, outcomeAdvantages, rlooAdvantages } from '../../../src/core/advantages.js';
import { stepBoundaries } from '../../../src/core/stepBoundaries.js';
import { learningRate } from '../../../src/engine/schedule.js';
import { expectClose } from '../../builders/close.js';
import vectors from '../../fixtures/train/vectors.json' with { type: 'json' };

test('advantages of groups are those of Python', () => {
  const ours = { standardised: outcomeAdvantages, centred: drGrpoAdvantages, 'leave-one-out': rlooAdvantages };
  for (const group of vectors.advantages) {
    for (const [name, of] of Object.entries(ours)) expectClose(of(group.rewards), group[name as keyof typeof ours], 1e-9);
  }
});

test('steps of solutions end where they do in Python', () => {
  for (const { text, boundaries } of vectors.steps) expect(stepBoundaries(text)).toEqual(boundaries);
});

test('learning rates are those of Python', () => {
  for (const { optimiser, steps, rates } of vectors.schedules) {
    const settings = optimiser as Parameters<typeof learningRate>[0];
    const ofPeak = (rate: number) => rate / settings.learning_rate;
    expectClose(
      rates.map((_, i) => ofPeak(learningRate(settings, i + 1, steps))),
      rates.map(ofPeak),
      1e-12,
    );
  }
});
