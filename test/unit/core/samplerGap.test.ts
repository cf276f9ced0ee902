import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areOfTwoTemperatures, temperatureText } from '../../../src/core/logpTemperature.js';
import { samplerGap } from '../../../src/core/samplerGap.js';

test('the worst tokens come first, with the ratio that importance sampling weighs them by', () => {
  const found = samplerGap([-1, -1, -1, -1], [-1, -3, -0.5, -1.25], undefined, 2);
  expect(found.worst.map(({ token, gap }) => [token, gap])).toEqual([
    [1, -2],
    [2, 0.5],
  ]);
  expect(found.worst[0].ratio).toBeCloseTo(Math.exp(-2), 12);
  expect(found).toMatchObject({ tokens: 4, masked: 0, unknown: 0, mean: 2.75 / 4, max: 2, outside: 0.25 });
});

test('tokens that were not learned from are left out and counted, and so are those without a number', () => {
  const found = samplerGap([-1, -9, NaN, -1], [-1, -1, -1, -2], [1, 0, 1, 1], 9);
  expect(found).toMatchObject({ tokens: 2, masked: 1, unknown: 1, mean: 0.5, max: 1 });
  expect(found.worst.map((t) => t.token)).toEqual([3]);
});

test('where nothing is compared there are no numbers', () => {
  expect(samplerGap([-1], [-2], [0], 9)).toEqual({ tokens: 0, masked: 1, unknown: 0, mean: NaN, max: NaN, outside: NaN, worst: [] });
});

test('no token is counted twice or lost, and none that is listed is nearer than one that is not', () => {
  const logp = fc.oneof(fc.double({ min: -30, max: 0, noNaN: true }), fc.constant(NaN));
  const token = fc.tuple(logp, logp, fc.constantFrom(0, 1));
  fc.assert(
    fc.property(fc.array(token, { maxLength: 60 }), fc.nat(9), (tokens, most) => {
      const column = (i: 0 | 1 | 2): number[] => tokens.map((t) => t[i]);
      const found = samplerGap(column(0), column(1), column(2), most);
      expect(found.tokens + found.masked + found.unknown).toBe(tokens.length);
      const all = samplerGap(column(0), column(1), column(2), Infinity).worst;
      expect(all.slice(0, most)).toEqual(found.worst);
      if (all.length > 0) expect(Math.abs(all[0].gap)).toBe(found.max);
      for (const { token: t } of all) expect(tokens[t][2]).toBe(1);
    }),
  );
});

test('a temperature that nobody said is unknown, and only two that are known are two', () => {
  expect([1, 0.6, null].map(temperatureText)).toEqual(['untempered (T = 1)', 'at T = 0.6', 'temperature unknown']);
  expect(areOfTwoTemperatures({ trainer: 1, sampler: 0.6 })).toBe(true);
  expect(areOfTwoTemperatures({ trainer: 1, sampler: 1 })).toBe(false);
  expect(areOfTwoTemperatures({ trainer: 1, sampler: null })).toBe(false);
});
