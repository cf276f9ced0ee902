import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DerivedMetrics } from '../../../src/importers/derived.js';
import { trl } from '../../../src/importers/trl.js';
import { verl } from '../../../src/importers/verl.js';
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
