import { expect, test } from 'vitest';
import { stepLabels } from '../../../src/core/mathShepherd.js';

test('a step is as good as what can still be reached from it', () => {
  const completions = [[true, true, false, true], [false, true, false, false], [false, false, false, false], [false]];
  expect(stepLabels(completions, 'hard')).toEqual([1, 1, 0, 0]);
  expect(stepLabels(completions, 'soft')).toEqual([0.75, 0.25, 0, 0]);
});

test('a step that was never completed has no label', () => {
  expect(() => stepLabels([[true], []], 'soft')).toThrow('Step 1 was never completed');
});
