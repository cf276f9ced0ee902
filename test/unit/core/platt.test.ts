import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrated, pairAccuracy, plattScaling, reliability } from '../../../src/core/platt.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

describe('Platt scaling', () => {
  test.each(fixture.platt)('finds the minimum that PyTorch finds: a $a, b $b', ({ scores, labels, a, b }) => {
    const fit = plattScaling(scores, labels);
    expect(fit.a).toBeCloseTo(a, 5);
    expect(fit.b).toBeCloseTo(b, 5);
  });

  test('is finite for any scores and labels', () => {
    const cases = fc.array(fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(cases, (c) => {
        const fit = plattScaling(
          c.map(([score]) => score),
          c.map(([, right]) => right),
        );
        for (const [score] of c) {
          expect(calibrated(score, fit)).toBeGreaterThanOrEqual(0);
          expect(calibrated(score, fit)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('does not care about the scale and origin of the scores', () => {
    const { scores, labels } = fixture.platt[0];
    const fit = plattScaling(scores, labels);
    const moved = plattScaling(
      scores.map((s) => 100 * s - 40),
      labels,
    );
    for (const s of scores) expect(calibrated(100 * s - 40, moved)).toBeCloseTo(calibrated(s, fit), 6);
  });
});

describe('reliability', () => {
  const { probabilities, labels, bins, counts, error } = fixture.reliability;

  test('has the bins and the calibration error that PyTorch finds', () => {
    const r = reliability(probabilities, labels, bins);
    expect(r.error).toBeCloseTo(error, 10);
    expect(r.bins.map((b) => b.n)).toEqual(counts.filter((n) => n > 0));
    for (const b of r.bins) {
      expect(b.mean).toBeGreaterThanOrEqual(b.low);
      expect(b.mean).toBeLessThanOrEqual(b.high);
    }
  });

  test('leaves out empty bins, and puts 1 into the last', () => {
    expect(reliability([1, 0.05], [true, false], 10)).toEqual({
      bins: [
        { low: 0, high: 0.1, n: 1, mean: 0.05, right: 0 },
        { low: 0.9, high: 1, n: 1, mean: 1, right: 1 },
      ],
      error: 0.025,
    });
    expect(reliability([], [], 10)).toEqual({ bins: [], error: 0 });
  });
});

test('a pair counts as ordered if the preferred output scores higher, half if equal', () => {
  expect(pairAccuracy([2, 1, 0, 5], [1, 1, 3, 4])).toBe(0.625);
  expect(pairAccuracy([], [])).toBe(0);
});
