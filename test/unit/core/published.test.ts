import { expect, test } from 'vitest';
import { publishedCounterpart, publishedOthers, publishedStages } from '../../../src/core/published.js';

test('suites and public files find the benchmark that they mirror or hold', () => {
  const suites = [
    'gsm',
    'gsm-zh',
    'math',
    'elementary-zh',
    'tools',
    'gsm8k_test.jsonl',
    'mgsm_zh.tsv',
    'CMATH.jsonl',
    'held-out',
    'aftermath',
  ];
  expect(suites.map(publishedCounterpart)).toEqual([
    ...['GSM8K', 'MGSM-zh', 'MATH', 'CMATH', 'MATH+Python', 'GSM8K', 'MGSM-zh', 'CMATH'],
    undefined,
    undefined,
  ]);
});

test('what is published is in per cent, and each figure says where it stands', () => {
  for (const { scores, place } of [...publishedStages, ...publishedOthers]) {
    expect(place).toMatch(/^(table \d|abstract)/);
    for (const value of Object.values(scores)) expect(value > 10 && value < 100).toBe(true);
  }
});
