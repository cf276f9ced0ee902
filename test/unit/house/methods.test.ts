/** A method is a row of the table, a schema and a file of the engine: each of the table is in all the others. */
import { expect, test } from 'vitest';
import { memoryMethods, memoryOf, methodNames, methods, models, stageOf } from '../../../src/core/methods.js';
import { residents } from '../../../src/core/residents.js';
import { methodOf } from '../../../src/engine/methods/index.js';
import { method } from '../../../src/experiment/methodSchema.js';
import { rewardModelMethods } from '../../../src/experiment/origins.js';

test('an experiment can name each method of the table, and no other', () => {
  const named = method.options.map((settings) => settings.shape.name.value);
  expect(named.toSorted()).toEqual(methodNames.toSorted());
});

test.each(methodNames)('the engine trains by %s, and holds what the table says', (name) => {
  const { needs } = methodOf(method.parse({ name }));
  const { trains, memory } = methods[name];
  expect(trains === 'reward_model').toBe(needs.rewardModel !== undefined && rewardModelMethods.includes(name));
  if (memory === null) return;
  const residentModels = residents(memory, { rewardModel: false, reference: true }).map((r) => r.model);
  expect(residentModels.includes('critic')).toBe(needs.critic === true);
  // What an offline method samples with has been put away before it trains.
  if (memoryOf[memory].online) expect(residentModels.includes('reference')).toBe(needs.reference === true);
});

test.each(methodNames)('%s has its stage, its memory and its words', (name) => {
  const { label, stage, trains, from, memory, aliases = [] } = methods[name];
  expect(label).not.toBe('');
  expect(stage !== null).toBe(trains === 'policy');
  expect(memory !== null).toBe(trains !== 'nothing');
  if (memory !== null) expect(memoryMethods).toContain(memory);
  for (const written of [name, name.toUpperCase(), name.replaceAll('-', '_'), ...aliases]) expect(stageOf(written)).toBe(stage);
  if (stage === 'sft' || stage === 'pretraining') expect(from).toBe('texts');
});

test('the planner knows every model, in the order of its bars', () => {
  for (const name of memoryMethods) {
    const residentModels = residents(name, { rewardModel: true, reference: true }).map((r) => models.indexOf(r.model));
    expect(residentModels).toEqual(residentModels.toSorted((a, b) => a - b));
  }
});
