import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveArchitecture, parameterCount, tinySizes, type Architecture } from '../../../src/core/architecture.js';
import { parameterCount as countOfTrainer, presetConfig } from '../../../src/engine/model/config.js';
import { deepSeek7B } from '../../builders/aPlan.js';

/** Sizes that the models' own files tell: https://huggingface.co, `config.json` and the number of parameters of each. */
test.each<[string, Architecture, number]>([
  ['DeepSeek LLM 7B', deepSeek7B, 6_910_365_696],
  [
    'DeepSeek-Coder 1.3B',
    { layers: 24, width: 2048, heads: 16, kvHeads: 16, hidden: 5504, vocabulary: 32_256, block: 'llama' },
    1_346_471_936,
  ],
  [
    'Llama 3.1 8B (8 heads of keys and values)',
    { layers: 32, width: 4096, heads: 32, kvHeads: 8, hidden: 14_336, vocabulary: 128_256, block: 'llama' },
    8_030_261_248,
  ],
  [
    'Llama 3.1 70B',
    { layers: 80, width: 8192, heads: 64, kvHeads: 8, hidden: 28_672, vocabulary: 128_256, block: 'llama' },
    70_553_706_496,
  ],
])('%s has the parameters it is known for', (_, architecture, parameters) => {
  expect(parameterCount(architecture)).toBe(parameters);
});

test('a preset of the embedded trainer has as many as the trainer lays out', () => {
  for (const [preset, size] of Object.entries(tinySizes)) {
    const counted = parameterCount({ ...size, kvHeads: size.heads, vocabulary: 40, block: 'plain' });
    expect(counted).toBe(countOfTrainer(presetConfig(preset as keyof typeof tinySizes, 40)));
  }
});

test('of 7 billion parameters comes about the shape that 7B models have', () => {
  const { layers, width } = deriveArchitecture(7e9);
  expect(layers).toBeGreaterThanOrEqual(28);
  expect(layers).toBeLessThanOrEqual(34);
  expect(width).toBe(128 * layers);
});

test('a derived architecture has about the parameters it was asked for', () => {
  fc.assert(
    fc.property(fc.double({ min: 3e8, max: 1e12, noNaN: true }), (parameters) => {
      expect(Math.abs(Math.log(parameterCount(deriveArchitecture(parameters)) / parameters))).toBeLessThan(0.2);
    }),
  );
});

test('more parameters never make a dimension smaller', () => {
  const size = fc.double({ min: 1e4, max: 1e13, noNaN: true });
  fc.assert(
    fc.property(size, size, (a, b) => {
      const [small, large] = [Math.min(a, b), Math.max(a, b)].map(deriveArchitecture);
      for (const key of ['layers', 'width', 'heads', 'kvHeads', 'hidden', 'vocabulary'] as const)
        expect(large[key]).toBeGreaterThanOrEqual(small[key]);
    }),
  );
});
