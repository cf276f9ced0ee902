import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alike,
  compact,
  count,
  duration,
  exactTime,
  lengthNumber,
  lengthText,
  meanStd,
  memory,
  percent,
  relativeTime,
  signed,
  significant,
} from '../../../src/core/format.js';

describe('three significant digits', () => {
  test.each([
    [0.71283, '0.713'],
    [0.012345, '0.0123'],
    [71.52, '71.5'],
    [1, '1'],
    [0, '0'],
    [1230.4, '1,230'],
    [999.7, '1,000'],
    [2e-4, '2e−4'],
    [-0.000123, '−1.23e−4'],
    [-1.134, '−1.13'],
    [1e6, '1e+6'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
    [NaN, '–'],
    [null, '–'],
    [undefined, '–'],
  ])('%s is %s', (value, text) => expect(significant(value)).toBe(text));

  test('reads back within half a unit of the third digit', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (x) => {
        const back = Number(significant(x).replaceAll('−', '-').replaceAll(',', ''));
        expect(Math.abs(back - x)).toBeLessThanOrEqual(Math.max(0.0051 * Math.abs(x), 1e-300));
      }),
    );
  });
});

test('numbers that stand together are written alike: whole only when all of them are', () => {
  const together = (...values: number[]): string[] => values.map(alike(values));
  expect(together(30, 29.96, 0.5)).toEqual(['30.0', '30.0', '0.500']);
  expect(together(30, 4, 0, 1200)).toEqual(['30', '4', '0', '1,200']);
  expect(together(0, 1, -2, 0.25)).toEqual(['0', '1.00', '−2.00', '0.250']);
});

test('an advantage always carries its sign, zero has none', () => {
  expect([signed(0.8819), signed(-1.134), signed(0), signed(null)]).toEqual(['+0.882', '−1.13', '0', '–']);
});

test('a mean with its spread, when there is one', () => {
  expect([meanStd(0.5625, 0.4961), meanStd(0.5625, null), meanStd(null, null)]).toEqual(['0.563 ± 0.496', '0.563', '–']);
});

test('a share is 0% or 100% only when it is exactly that', () => {
  expect([0, 0.0004, 0.312, 0.9999, 1, null].map(percent)).toEqual(['0%', '0.04%', '31%', '99.9%', '100%', '–']);
});

test('large numbers become short', () => {
  expect([940, 20_100, 999_700, 1_200_000, 3.4e9, -20_100, 5e15].map(compact)).toEqual([
    '940',
    '20.1k',
    '1M',
    '1.20M',
    '3.40B',
    '−20.1k',
    '5,000T',
  ]);
});

test('memory is in units of 1,024', () => {
  expect([0, 640, 1023, 1.29 * 2 ** 20, 62.7 * 2 ** 30, 999.6 * 2 ** 30, 1234 * 2 ** 40].map(memory)).toEqual([
    ...['0 B', '640 B', '0.999 KiB', '1.29 MiB', '62.7 GiB', '0.976 TiB', '1,234 TiB'],
  ]);
});

test('durations name their two largest units', () => {
  expect([0, 0.42, 45, 72, 120, 7500, 276_000].map(duration)).toEqual([
    '0 s',
    '0.42 s',
    '45 s',
    '1 min 12 s',
    '2 min',
    '2 h 5 min',
    '3 d 4 h',
  ]);
  expect([duration(null), duration(NaN), duration(0.0001)]).toEqual(['–', '–', '< 0.001 s']);
});

test('times are told from now, the exact one is there too', () => {
  const now = Date.parse('2026-11-23T20:16:05Z');
  const ago = (seconds: number): string => relativeTime(new Date(now - seconds * 1000).toISOString(), now);
  expect([ago(5), ago(300), ago(3 * 3600), ago(2 * 86_400), relativeTime('never', now)]).toEqual([
    'now',
    '5 min ago',
    '3 h ago',
    '2 d ago',
    '–',
  ]);
  expect(exactTime('2026-11-23T20:16:05Z')).toMatch(/^2026-11-2[34] \d\d:\d\d:05/);
  expect(exactTime('never')).toBe('never');
});

test('one step, two steps', () => expect([count(1, 'new step'), count(1200, 'new step')]).toEqual(['1 new step', '1,200 new steps']));

test('a length of 0 is one that nobody told', () => {
  expect([lengthText(61), lengthText(1), lengthText(0)]).toEqual(['61 tokens', '1 token', 'length unknown']);
  expect([lengthNumber(61.25), lengthNumber(0)]).toEqual(['61.3', '–']);
});
