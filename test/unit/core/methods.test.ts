import { expect, test } from 'vitest';
import { isEvaluation, stageOf } from '../../../src/core/methods.js';

test('a method is told by its name as trainers write it', () => {
  expect(['sft', 'SFT', 'pretrain', 'GRPO', 'online_rft', 'dr-grpo', 'whatever'].map(stageOf)).toEqual([
    'sft',
    'sft',
    'pretraining',
    'rl',
    'rl',
    'rl',
    null,
  ]);
});

test('an evaluation trains nothing, ours and an imported one', () => {
  expect(['evaluate', 'eval', 'grpo'].map(isEvaluation)).toEqual([true, true, false]);
  expect(stageOf('evaluate')).toBeNull();
});
