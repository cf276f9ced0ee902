import { expect, test } from 'vitest';
import type { ResourcesView } from '../../../src/contracts/resources.js';
import { speedSeries } from '../../../webview/dashboard/curves.js';
import { memoryFacts, memoryRatio, resourcesSummary, speedFacts } from '../../../webview/dashboard/resourcesFacts.js';

const GiB = 2 ** 30;
const none = { tokens: null, sequences: null, seconds: null };
const bare: ResourcesView = {
  setup: null,
  memory: { devices: [], moreDevices: 0 },
  planned: { why: 'the run does not tell how it is set up' },
  speed: { steps: [], stride: 1, total: { sampling: none, training: none } },
  peak: null,
};
const device = (name: string, peak: number) => ({ device: name, peak: peak * GiB, total: 80 * GiB, readings: 3 });
const sampling = { tokens: 1000, sequences: null, seconds: 2 };
const training = { tokens: 200, sequences: 20, seconds: 2 };
const full: ResourcesView = {
  setup: {
    parameters: 1000,
    trained: 1000,
    architecture: { layers: 2, width: 32, heads: 4, kv_heads: 4, hidden: 64, vocabulary: 100 },
    processes: 2,
    device: 'a device',
  },
  memory: { devices: [device('gpu 0', 30), device('gpu 1', 36)], moreDevices: 0 },
  planned: { bytes: 30 * GiB, notes: ['Prompts are not counted.'] },
  speed: {
    steps: [
      { from: 1, to: 2, sampling, training: { ...training, seconds: null } },
      { from: 3, to: 4, sampling, training },
    ],
    stride: 2,
    total: { sampling, training },
  },
  peak: { flops: 1e6, source: 'a sheet' },
};

test('planned and measured stand beside each other, with their ratio', () => {
  expect(memoryRatio(full)).toBeCloseTo(1.2);
  expect(memoryFacts(full).map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'Planned a device: 30 GiB',
    'Measured, gpu 0: 30 GiB',
    'Measured, gpu 1: 36 GiB',
    'Measured / planned: 1.20 ×',
  ]);
  expect(memoryFacts(full)[0].detail).toMatch(/Prompts are not counted/);
});

test('what was not measured is no 0, and without an estimate why is said', () => {
  expect(memoryRatio(bare)).toBeNull();
  expect(memoryRatio({ ...full, memory: bare.memory })).toBeNull();
  const [planned, measured, ratio] = memoryFacts(bare);
  expect(planned).toMatchObject({ value: 'no estimate', detail: 'The run does not tell how it is set up.' });
  expect(measured).toMatchObject({ label: 'Measured', value: 'not measured' });
  expect(ratio.value).toBe('unknown');
  expect(resourcesSummary(bare)).toBe('memory not measured, planned no estimate');
});

test('speeds come with their formula, or with what is missing for them', () => {
  expect(speedFacts(full, 'ppo').map(({ value }) => value)).toEqual(['500', '50%', '100', '68%']);
  expect(speedFacts(full, 'ppo')[3].detail).toMatch(/^6N \+ 12·L·H·Q·T FLOPs a token \(PaLM, appendix B\) of 2 devices.*value model/);
  expect(speedFacts(bare, 'grpo').every(({ value, detail }) => value === 'unknown' && detail.startsWith('Missing: '))).toBe(true);
  const adapters = { ...full, setup: { ...full.setup, trained: 10 } };
  expect(speedFacts(adapters, 'grpo')[3].detail).toMatch(/^4N \+ 2·N_learned \+ 12·L·H·Q·T/);
});

test('as curves they stand at the last of the steps that are told together; what is not known has no point', () => {
  const [series] = speedSeries('r', full, undefined);
  expect(series).toMatchObject({ run: 'r', step: [2, 4], stride: 2 });
  const values = Object.fromEntries(series.metrics.map(({ metric, value }) => [metric, value]));
  expect(values).toEqual({
    'tokens/sampled_per_second': [500, 500],
    'tokens/trained_per_second': [null, 100],
    'mfu/sampling': [0.5, 0.5],
    'mfu/training': [null, 0.684],
  });
  expect(speedSeries('r', full, undefined, Object.keys(values))).toEqual([]);
  expect(speedSeries('r', bare, undefined)).toEqual([]);
});
