import { describe, expect, test } from 'vitest';
import { symbolValues } from '../../../src/core/memory.js';
import { plainChoices, type Choices } from '../../../webview/planner/plannerChoices.js';
import { barOf, compared, deviceBytes, filled, bytesInPeak, less, scaleOf } from '../../../webview/planner/comparison.js';

const with7B = (change: Partial<Choices> = {}): Choices => ({ ...plainChoices, policy: 'custom', custom: 7e9, ...change });

describe('PPO beside GRPO', () => {
  test('28B against 21B parameters: a quarter less', () => {
    const [ppo, grpo] = compared(with7B());
    expect([ppo.method, ppo.parameters, grpo.method, grpo.parameters]).toEqual(['ppo', 28e9, 'grpo', 21e9]);
    expect(less(grpo.parameters, ppo.parameters)).toBe(0.25);
  });

  test('what training needs differs by the critic: its 16 bytes for each parameter', () => {
    const [ppo, grpo] = compared(with7B());
    expect(ppo.whole - grpo.whole).toBe(16 * 7e9);
    expect(ppo.perDevice - grpo.perDevice).toBe((16 * 7e9) / 8);
    expect(ppo.owners.map((o) => o.owner)).toEqual(['policy', 'reference', 'reward', 'critic', 'sampler']);
    expect(grpo.owners.map((o) => o.owner)).toEqual(['policy', 'reference', 'reward', 'sampler']);
  });

  test('another method that is chosen stands below them', () => {
    expect(compared(with7B({ method: 'dpo' })).map((b) => b.method)).toEqual(['ppo', 'grpo', 'dpo']);
    expect(compared(with7B({ method: 'ppo' })).map((b) => b.method)).toEqual(['ppo', 'grpo']);
  });
});

test('what the owners hold at the peak is the whole bar', () => {
  for (const sampler of ['same', 'separate'] as const)
    for (const bar of compared(with7B({ sampler, method: 'sft' }))) {
      const shares = bar.owners.map(({ parts }) => bytesInPeak(bar, parts, 'perDevice'));
      expect(shares.reduce((a, b) => a + b, 0) / bar.perDevice).toBeCloseTo(1, 12);
    }
});

describe('the scale', () => {
  const bars = compared(with7B());
  const longest = Math.max(...bars.map((b) => b.perDevice));

  test('reaches to the device when the bars are shorter, and to the bars when they are longer', () => {
    expect(deviceBytes(80)).toBe(80 * 2 ** 30);
    const fits = scaleOf(bars, 80);
    expect([fits.end > deviceBytes(80), fits.device! * fits.end]).toEqual([true, deviceBytes(80)]);
    const over = scaleOf(bars, 24);
    expect(over.end).toBeGreaterThan(longest);
    expect(over.device! * over.end).toBeCloseTo(deviceBytes(24), 0);
  });

  test('leaves a device out beside which the bars would be slivers', () => {
    const tiny = compared({ ...plainChoices, policy: 'tiny-2l', length: 80 });
    expect(scaleOf(tiny, 80)).toEqual({ end: Math.max(...tiny.map((b) => b.perDevice)), device: null });
  });
});

test('a formula is shown with the numbers of the plan', () => {
  const { plan, parts } = barOf(with7B({ policy: 'DeepSeekMath 7B' }), 'grpo');
  const formulas = Object.fromEntries(parts.map((p) => [p.kind, filled(p.formula, symbolValues(plan), (n) => n.toLocaleString('en-US'))]));
  expect(formulas).toMatchObject({
    weights: '6,910,365,696·2',
    activations: '2,048·4·4,096·(2·30 + 34)',
    cache: '32·2,048·2·30·4,096/32·32·2',
  });
});
