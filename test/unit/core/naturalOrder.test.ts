import { expect, test } from 'vitest';
import { naturally } from '../../../src/core/naturalOrder.js';

test('numbers within names count as numbers', () => {
  expect(['sub_19', 'sub_2', 'sub_20', 'Sub_1', 'layer.10.kl', 'layer.9.kl'].sort(naturally)).toEqual([
    'layer.9.kl',
    'layer.10.kl',
    'Sub_1',
    'sub_2',
    'sub_19',
    'sub_20',
  ]);
});

test('names that read alike have one order, so that no list depends on how it came', () => {
  expect(['a1', 'A1', 'a01'].sort(naturally)).toEqual(['A1', 'a1', 'a01'].sort(naturally));
  expect(['kl', 'KL'].sort(naturally)).toEqual(['KL', 'kl']);
  expect(naturally('kl', 'kl')).toBe(0);
});
