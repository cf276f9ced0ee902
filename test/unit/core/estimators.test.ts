import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapInterval, meanInterval, pairedInterval, passAtK, wilsonInterval } from '../../../src/core/estimators.js';
import { studentTQuantile, studentTWithin } from '../../../src/core/studentT.js';
import fixture from '../../fixtures/torch/formulas.json' with { type: 'json' };

describe('Pass@K', () => {
  test.each(fixture.passAtK)('$c right of $n, K = $k: the binomials in exact fractions', ({ n, c, k, value }) => {
    expect(passAtK(n, c, k)).toBeCloseTo(value, 10);
  });

  test('grows with K and with c, from c/n at K = 1 to certainty at K = n', () => {
    const counts = fc
      .integer({ min: 2, max: 200 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 1, max: n - 1 })));
    fc.assert(
      fc.property(counts, ([n, c, k]) => {
        expect(passAtK(n, c, k + 1)).toBeGreaterThanOrEqual(passAtK(n, c, k) - 1e-12);
        expect(passAtK(n, c + 1, k)).toBeGreaterThanOrEqual(passAtK(n, c, k) - 1e-12);
        expect(passAtK(n, c, 1)).toBeCloseTo(c / n, 12);
        expect(passAtK(n, c, n)).toBe(c > 0 ? 1 : 0);
      }),
    );
  });

  test('more samples than were drawn is an error', () => {
    expect(() => passAtK(4, 2, 5)).toThrow('Pass@5 of 2 right among 4 samples is not defined');
  });
});

describe('Wilson’s interval', () => {
  test.each(fixture.wilson)('$successes of $n: the solutions of its defining equation', ({ successes, n, low, high }) => {
    const interval = wilsonInterval(successes, n);
    expect(interval.low).toBeCloseTo(low, 9);
    expect(interval.high).toBeCloseTo(high, 9);
  });

  test('lies in [0, 1], holds the share, and says nothing where nothing was tried', () => {
    const counts = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const { low, high } = wilsonInterval(successes, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('Student’s t', () => {
  test.each(fixture.student)('ν = $nu: PyTorch’s density, integrated', ({ nu, quantile }) => {
    expect(studentTQuantile(nu, 0.95)).toBeCloseTo(quantile, 6);
    expect(studentTWithin(quantile, nu)).toBeCloseTo(0.95, 8);
  });

  test('the interval of a mean over seeds, alone and paired', () => {
    const { a, b, interval, paired } = fixture.means;
    for (const [actual, expected] of [
      [meanInterval(a), interval],
      [pairedInterval(a, b), paired],
    ]) {
      expect(actual.mean).toBeCloseTo(expected.mean, 9);
      expect(actual.low).toBeCloseTo(expected.low, 6);
      expect(actual.high).toBeCloseTo(expected.high, 6);
    }
  });

  test('one seed bounds nothing; unequal lists do not pair', () => {
    expect(meanInterval([3])).toEqual({ mean: 3, low: -Infinity, high: Infinity });
    expect(() => meanInterval([])).toThrow('No values');
    expect(() => pairedInterval([1, 2], [1])).toThrow('2 values cannot be paired with 1');
  });
});

describe('the bootstrap', () => {
  const { values, mean, std, low, high } = fixture.bootstrap;

  test('gives the percentiles that 200,000 resamples in PyTorch give, within what fewer resamples can', () => {
    const interval = bootstrapInterval(values, 7, 20_000);
    expect(interval.mean).toBeCloseTo(mean, 12);
    expect(Math.abs(interval.low - low)).toBeLessThan(0.08 * std);
    expect(Math.abs(interval.high - high)).toBeLessThan(0.08 * std);
  });

  test('one seed, one interval; another seed, another', () => {
    expect(bootstrapInterval(values, 1, 500)).toEqual(bootstrapInterval(values, 1, 500));
    expect(bootstrapInterval(values, 2, 501)).not.toEqual(bootstrapInterval(values, 1, 501));
  });

  test('equal values leave no doubt, and no values are an error', () => {
    expect(bootstrapInterval([0.5, 0.5, 0.5], 1, 100)).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    expect(() => bootstrapInterval([], 1, 100)).toThrow('No values');
  });
});
