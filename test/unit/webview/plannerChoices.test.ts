import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlannedExperiment } from '../../../src/contracts/planner.js';
import {
  bounds,
  choicesOf,
  choicesSchema,
  parseNumber,
  parseParameters,
  plainChoices,
  planOf,
} from '../../../webview/planner/plannerChoices.js';

const anExperiment = (change: Partial<PlannedExperiment> = {}): PlannedExperiment => ({
  ...{ name: 'arith-grpo', method: 'grpo', preset: 'tiny-4l', embedded: true, reference: true, rewardModel: false },
  ...{ sequences: 256, batch: 256, maxTokens: 80 },
  ...change,
});

test('it begins with the paper’s policy, and what is kept is read again', () => {
  expect(planOf(plainChoices)).toMatchObject({ method: 'grpo', parameters: 6_910_365_696, rewardModel: true });
  expect(choicesSchema.parse(JSON.parse(JSON.stringify(plainChoices)))).toEqual(plainChoices);
});

describe('an experiment says what it knows', () => {
  test('of the embedded trainer: method, preset, fp32 on one device, the batch at once', () => {
    expect(choicesOf(anExperiment(), plainChoices)).toMatchObject({
      ...{ method: 'grpo', policy: 'tiny-4l', dtype: 'fp32', devices: 1, zero: 0, rewardModel: false },
      ...{ sequences: 256, microBatch: 256, length: 80 },
    });
  });

  test('of another trainer: its method and batch; precision, devices and an unknown model stay as they were', () => {
    const verl = anExperiment({ embedded: false, preset: null, method: 'ppo', reference: false, maxTokens: 1024 });
    const chosen = choicesOf(verl, plainChoices);
    expect(chosen).toMatchObject({ method: 'ppo', reference: false, length: 1024, sequences: 256 });
    for (const key of ['policy', 'dtype', 'devices', 'zero', 'microBatch'] as const) expect(chosen[key]).toBe(plainChoices[key]);
  });

  test.each([
    ['outcome-reward', 'rm'],
    ['process-reward', 'rm'],
    ['online-rft', 'online-rft'],
    ['evaluate', 'grpo'],
  ])('the method %s is planned as %s', (method, expected) => {
    expect(choicesOf(anExperiment({ method }), plainChoices).method).toBe(expected);
  });

  test('whatever it says, the choices are ones that can be made', () => {
    const number = fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { nil: null });
    const name = fc.oneof(fc.constantFrom('ppo', 'tiny-2l', 'constructor'), fc.string());
    fc.assert(
      fc.property(name, name, fc.boolean(), number, number, fc.nat(), (method, preset, embedded, sequences, batch, maxTokens) => {
        const chosen = choicesOf(anExperiment({ method, preset, embedded, sequences, batch, maxTokens }), plainChoices);
        expect(choicesSchema.parse(chosen)).toEqual(chosen);
      }),
    );
  });
});

test.each([
  ['7B', 7e9],
  ['1.3 b', 1.3e9],
  ['350M', 350e6],
  ['7e9', 7e9],
  ['6,910,365,696', 6_910_365_696],
  ['1.5T', 1.5e12],
  ['20k', 20_000],
])('%s are %d parameters', (text, parameters) => {
  expect(parseParameters(text)).toBe(parameters);
});

test.each(['', 'B', '-7B', '7Q', '7B7', '1e99', '5', 'Infinity'])('%j are no parameters', (text) => {
  expect(parseParameters(text)).toBeUndefined();
});

test('numbers are whole and within bounds', () => {
  expect([parseNumber('length', '2048'), parseNumber('length', '2,048'), parseNumber('devices', ' 8 ')]).toEqual([2048, 2048, 8]);
  for (const text of ['', ' ', '0', '1.5', 'abc', '-1', String(bounds.devices[1] + 1)])
    expect(parseNumber('devices', text)).toBeUndefined();
});
