import fc from 'fast-check';
import { expect, test } from 'vitest';
import { architectures, deriveArchitecture, parameterCount } from '../../../src/core/architecture.js';
import { parameterCount as countOfTrainer, presetConfig } from '../../../src/engine/model/modelConfig.js';
import { vocabulary } from '../../../src/engine/tokenizer.js';

// As the models' own pages say.
test.each([
  ['DeepSeekMath 7B', 6_910_365_696],
  ['DeepSeek-Coder 1.3B', 1_346_471_936],
  ['Llama 3.1 8B', 8_030_261_248],
  ['Llama 3.1 70B', 70_553_706_496],
] as const)('%s has the parameters it is known for', (name, parameters) => {
  expect(parameterCount(architectures[name])).toBe(parameters);
});

test.each(['nano-2l', 'tiny-2l', 'tiny-4l'] as const)('%s has as many as the trainer lays out', (preset) => {
  expect(parameterCount(architectures[preset])).toBe(countOfTrainer(presetConfig(preset, vocabulary)));
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
