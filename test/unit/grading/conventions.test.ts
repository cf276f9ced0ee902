import { expect, test } from 'vitest';
import { conventionOf } from '../../../src/grading/extract/conventions.js';

test.each([
  [['gsm8k'], 'gsm8k'],
  [['openai/gsm8k', 'gsm8k_cot'], 'gsm8k'],
  [['hendrycks_math_500'], 'math'],
  [['MATH-500', 'aime24'], 'math'],
  [['mgsm_native_cot_zh'], 'mgsm-zh'],
  [['cmath'], 'cmath'],
  [['gaokao_mathqa'], 'choice'],
  [['mmlu_stem'], 'choice'],
  [['held-out'], undefined],
  [['gsm8k', 'aime24'], undefined],
  [['gsm8k', 'validation'], undefined],
  [['satellites', 'arcade'], undefined],
  [[], undefined],
])('%j states answers by the convention %s', (names, convention) => expect(conventionOf(names)).toBe(convention));
