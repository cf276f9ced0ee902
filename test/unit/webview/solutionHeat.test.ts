import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstHeat, heatModes, heatOf, levels, type Heat, type HeatMode } from '../../../webview/solution/heat.js';

const trace = (values: Record<string, number[]>) => ({ ends: Object.values(values)[0].map((_, i) => i + 1), ...values });

describe('advantage', () => {
  test('one advantage colours every token alike, on the scale all solutions share', () => {
    const heat = heatOf('advantage', { ends: [1, 2, 3] }, 1)!;
    expect([...heat.levels]).toEqual([levels / 2, levels / 2, levels / 2]);
    expect([heat.low, heat.high]).toEqual([-2, 2]);
  });

  test('red below zero, green above, nothing at zero', () => {
    const heat = heatOf('advantage', trace({ advantage: [-4, 0, 0.1] }), 0)!;
    expect([...heat.levels]).toEqual([-levels, 0, 1]);
    expect(heat.high).toBe(4);
  });

  test('what was not learned from has none, and makes it no other map', () => {
    const heat = heatOf('advantage', { ends: [1, 2, 3], mask: [1, 0, 1] }, 1)!;
    expect([...heat.levels]).toEqual([levels / 2, 0, levels / 2]);
    expect(firstHeat(new Map([['advantage', heat] as const, ['kl', heatOf('kl', trace({ kl: [0, 0.1, 0.2] }), 1)] as const]))).toBe('kl');
  });

  test('no advantage, no heat', () => expect(heatOf('advantage', { ends: [1] }, null)).toBeUndefined());
});

describe('the other numbers', () => {
  test('the least likely token is the strongest', () => {
    const heat = heatOf('logp', trace({ logpOld: [0, -1, -4] }), null)!;
    expect([...heat.levels]).toEqual([0, -2, -levels]);
  });

  test('a log-probability says whose it is, and those of two are never mixed', () => {
    const [old, sampler, now] = [[-1], [-2], [-3]];
    const shown = (t: Record<string, number[]>) => {
      const heat = heatOf('logp', trace(t), null)!;
      return [heat.label.symbol, ...heat.values];
    };
    expect(shown({ logp: now, logpSampler: sampler, logpOld: old })).toEqual(['log π_old', -1]);
    expect(shown({ logp: now, logpSampler: sampler })).toEqual(['log π_sampler', -2]);
    expect(shown({ logp: now })).toEqual(['log π_θ', -3]);
  });

  test('a ratio of 2 is as far from 1 as one half', () => {
    const heat = heatOf('ratio', trace({ ratio: [0.5, 1, 2] }), null)!;
    expect([...heat.levels]).toEqual([-levels, 0, levels]);
  });

  test('one outlier among many does not blank the rest', () => {
    const heat = heatOf('kl', trace({ kl: [...Array.from({ length: 300 }, () => 0.1), 1000] }), null)!;
    expect(heat.levels[0]).toBe(levels);
  });

  test('rounding below zero makes no second side of the scale', () => {
    expect(heatOf('kl', trace({ kl: [-1e-16, 0.1, 0.2] }), null)).toMatchObject({ low: 0, high: 0.2 });
  });

  test('numbers that the trainer did not write make no map', () => {
    expect(heatOf('entropy', { ends: [1] }, 1)).toBeUndefined();
  });

  test('whatever the numbers, levels stay on the scale and on their side of the neutral value', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 30 }), fc.constantFrom(...heatModes), (values, mode) => {
        const heat = heatOf(mode, trace({ advantage: values, logpOld: values, kl: values, ratio: values, entropy: values }), null)!;
        heat.levels.forEach((level, i) => {
          expect(Math.abs(level)).toBeLessThanOrEqual(levels);
          if (level !== 0) expect(level > 0).toBe(values[i] > heat.neutral);
        });
      }),
    );
  });
});

describe('the map to start with', () => {
  const all = (t: Parameters<typeof heatOf>[1], advantage: number | null): Map<HeatMode, Heat | undefined> =>
    new Map(heatModes.map((mode) => [mode, heatOf(mode, t, advantage)]));

  test('is the advantage where it differs from token to token', () => {
    expect(firstHeat(all(trace({ advantage: [1, -1], kl: [0, 0.1] }), 0))).toBe('advantage');
  });

  test('is KL, else the log-probability, where one advantage would paint all tokens alike', () => {
    expect(firstHeat(all(trace({ kl: [0, 0.1], logpOld: [-1, -2] }), 1))).toBe('kl');
    expect(firstHeat(all(trace({ logpOld: [-1, -2] }), 1))).toBe('logp');
    expect(firstHeat(all(trace({ advantage: [1, 1], logpOld: [-1, -2] }), 1))).toBe('logp');
  });

  test('is what there is', () => {
    expect(firstHeat(all({ ends: [1] }, 1))).toBe('advantage');
    expect(firstHeat(all(trace({ entropy: [1] }), null))).toBe('entropy');
  });
});

test('what lies beyond the scale is counted', () => {
  const heat = heatOf('kl', trace({ kl: [...Array.from({ length: 300 }, () => 0.1), 1000] }), null)!;
  expect(heat.beyond).toEqual({ low: 0, high: 1 });
  expect(heatOf('advantage', trace({ advantage: [-4, 9] }), 0)!.beyond).toEqual({ low: 0, high: 0 });
});
