import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DerivedMetrics } from '../../../src/importers/derived.js';
import { groupOf } from '../../../src/importers/foreignGroups.js';
import { trl } from '../../../src/importers/formats/trl/trl.js';
import { verl } from '../../../src/importers/formats/verl/verl.js';
import { importFixtures, importOf } from '../../builders/importing.js';

test('questions of an evaluation are no part of the step’s own numbers', async () => {
  const derived = new DerivedMetrics();
  for (const event of (await importOf(verl, join(importFixtures, 'verl/v1'))).events) derived.see(event);
  const steps = new Map(derived.take().map(({ step, values }) => [step, values]));
  // Step 0 has a validation only; at step 2 the two validation groups are right and alone, the training groups are not.
  expect(steps.has(0)).toBe(false);
  expect(steps.get(2)).toMatchObject({ 'groups/zero_std': 0.5 });
  expect(steps.get(2)).not.toHaveProperty('accuracy/train');
});

test('a step whose rows an evaluation wrote over has none', async () => {
  const derived = new DerivedMetrics();
  for (const event of (await importOf(trl, join(importFixtures, 'trl/iterations-and-evaluation'))).events)
    if (event.type === 'group') derived.see(event);
  expect(derived.take().map(({ step }) => step)).toEqual([1, 3, 5]);
});

const group = (step: number, index: number, rewards: number[]) =>
  groupOf({ step, group: index, question: 'q', solutions: rewards.map((reward) => ({ text: 'a', reward, correct: reward === 1 })) });

test('of a group told twice the later telling counts, of steps taken back nothing', () => {
  const derived = new DerivedMetrics();
  const groups = [group(1, 0, [1, 0]), group(1, 1, [1]), group(1, 1, [0, 0, 0, 1]), group(2, 0, [1, 1, 1]), group(5, 0, [0])];
  for (const event of groups) derived.see(event);
  expect(derived.standing).toEqual({ groups: 4, solutions: 10 });
  expect(derived.take()[0]).toMatchObject({
    step: 1,
    values: { 'reward/mean': 1 / 3, 'groups/zero_std': 0, 'accuracy/train': 1 / 3, 'groups/mixed': 2, 'groups/all_right': 0 },
  });
  derived.see({ type: 'resume', from_step: 1, checkpoint: null });
  expect(derived.standing).toEqual({ groups: 2, solutions: 6 });
  expect(derived.take()).toEqual([]);
});

test('numbers of groups may come in any order, with gaps, and as large as they like', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(fc.nat(6), fc.nat(2 ** 48)), fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 4 })), {
        minLength: 1,
      }),
      (all) => {
        const derived = new DerivedMetrics();
        for (const [index, rewards] of all) derived.see(group(1, index, rewards));
        const standing = [...new Map(all).values()];
        const rewards = standing.flat();
        expect(derived.standing).toEqual({ groups: standing.length, solutions: rewards.length });
        const [{ values }] = derived.take();
        expect(values['reward/mean']).toBeCloseTo(rewards.filter((r) => r === 1).length / rewards.length, 12);
        expect(values['groups/all_right']).toBe(standing.filter((own) => !own.includes(0)).length);
      },
    ),
  );
});

test('more groups than are kept apart come to the same; of one that is told again then, nothing is said', () => {
  const rewardsOfSteps = fc.array(fc.array(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 3 }), { maxLength: 6 }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(rewardsOfSteps, (steps) => {
      const [all, few] = [new DerivedMetrics(), new DerivedMetrics(3)];
      for (const derived of [all, few])
        for (const [step, groups] of steps.entries()) for (const [i, rewards] of groups.entries()) derived.see(group(step, i, rewards));
      expect(few.standing).toEqual(all.standing);
      expect(few.take()).toEqual(all.take());
    }),
  );
  const derived = new DerivedMetrics(1);
  for (const event of [group(1, 0, [1, 0]), group(1, 1, [1, 1]), group(2, 0, [1, 0])]) derived.see(event);
  expect(derived.take().map(({ step }) => step)).toEqual([1, 2]);
  derived.see(group(1, 2, [0, 0]));
  expect(derived.take()).toMatchObject([{ step: 1, values: { 'reward/mean': 0.5, 'groups/zero_std': 2 / 3 } }]);
  derived.see(group(1, 0, [0, 0]));
  expect(derived.take()).toEqual([]);
  derived.see({ type: 'resume', from_step: 0, checkpoint: null });
  derived.see(group(1, 0, [1]));
  expect(derived.take()).toMatchObject([{ step: 1, values: { 'reward/mean': 1 } }]);
  expect(derived.standing).toEqual({ groups: 1, solutions: 1 });
});
