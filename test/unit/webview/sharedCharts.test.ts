import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChartColors } from '../../../webview/shared/charts/colors.js';
import { datasets, options } from '../../../webview/shared/charts/config.js';
import { describe as inWords, fitsLog, nearest, type Line, type Point } from '../../../webview/shared/charts/line.js';
import { smoothed } from '../../../webview/shared/charts/smoothing.js';
import { tickTexts } from '../../../webview/shared/charts/tickText.js';
import { stripPaths, stripText } from '../../../webview/shared/advantageStrip.js';
import { sparkPath } from '../../../webview/shared/sparkline.js';

const pointsOf = (ys: readonly number[]): Point[] => ys.map((y, i) => ({ x: i + 1, y, step: i + 1 }));
const aLine = (ys: readonly number[]): Line => ({ label: 'KL', meaning: '', color: 'blue', points: pointsOf(ys) });

describe('smoothing', () => {
  test('weight 0 changes nothing', () => expect(smoothed([3, 1, 2], 0)).toEqual([3, 1, 2]));
  test('two values by hand', () => {
    // m_1 = 0.5·2 = 1, shown 1/0.5; m_2 = 0.5·1 + 0.5·4 = 2.5, shown 2.5/0.75.
    expect(smoothed([2, 4], 0.5)).toEqual([2, 2.5 / 0.75]);
  });
  test('a constant stays what it is and no value leaves the range of what came before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (ys, w) => {
          const result = smoothed(ys, w);
          result.forEach((m, i) => {
            const seen = ys.slice(0, i + 1);
            expect(m).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-6);
            expect(m).toBeLessThanOrEqual(Math.max(...seen) + 1e-6);
          });
        },
      ),
    );
  });
});

test('the nearest point is the one a search of all finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { minLength: 1 }), fc.integer({ min: -600, max: 600 }), (xs, x) => {
      const points = xs.sort((a, b) => a - b).map((at) => ({ x: at, y: 0, step: at }));
      const best = Math.min(...points.map((p) => Math.abs(p.x - x)));
      expect(Math.abs(points[nearest(points, x)].x - x)).toBe(best);
    }),
  );
  expect(nearest([], 3)).toBe(-1);
});

test('a logarithmic axis is for values none of which is negative', () => {
  expect(
    [
      [0, 0.1],
      [0, 0],
      [-1, 1],
    ].map((ys) => fitsLog([aLine(ys)])),
  ).toEqual([true, false, false]);
});

test.each([
  ['plain', {}],
  ['smoothed', { smooth: [0.4] }],
  ['stacked', { filled: true }],
])('a %s line of one value is a dot, and its axis has room for it', (_, more) => {
  const colors: ChartColors = { text: '', grid: '', background: '', selection: '', font: '', contrast: false, line: () => 'blue' };
  const lines = [{ ...aLine([0.4]), ...more }];
  expect(datasets(lines, colors, false).at(-1)).toMatchObject({ pointRadius: 2.5, data: [{ x: 1, y: 0.4 }] });
  for (const range of [undefined, { min: 1, max: 1 }]) {
    const { x } = options(lines, { xUnit: 'step', log: false, stacked: false, range }, colors).scales!;
    expect(x).toMatchObject({ min: 0, max: 2 });
  }
});

test.each([
  [
    [0, 10, 20],
    ['0', '10', '20'],
  ],
  [
    [27.5, 30, 32.5],
    ['27.5', '30.0', '32.5'],
  ],
  [
    [0, 0.05, 0.1, 0.15000000000000002],
    ['0', '0.05', '0.10', '0.15'],
  ],
  [
    [-1, -0.5, 0],
    ['−1.0', '−0.5', '0'],
  ],
  [
    [500, 1000, 1500],
    ['500', '1,000', '1,500'],
  ],
  [
    [0, 7500, 15_000],
    ['0', '7.5k', '15.0k'],
  ],
  [
    [900_000, 1_000_000],
    ['0.9M', '1.0M'],
  ],
  [
    [2e-4, 4e-4],
    ['2e−4', '4e−4'],
  ],
  [
    [0, 5e-7, 1e-6],
    ['0', '0.5e−6', '1.0e−6'],
  ],
  [
    [0.99985, 0.9999],
    ['0.99985', '0.99990'],
  ],
  [[0], ['0']],
])('an axis writes %j with one unit and one number of decimals', (values, texts) => expect(tickTexts(values)).toEqual(texts));

test('a chart can be read aloud', () => {
  expect(inWords('KL', [aLine([0.1, 0.4, 0.2])])).toBe(
    'KL. KL: 0.200 at step 3, 0.100 at step 1, lowest 0.100 at step 1, highest 0.400 at step 2, 3 values.',
  );
  expect(inWords('KL', [aLine([])])).toBe('KL. KL: no values.');
});

test('a sparkline spans its box; a flat one stands in the middle', () => {
  expect(sparkPath([0, 10], 20, 8)).toBe('M0 8L20 0');
  expect(sparkPath([3, 3], 20, 8)).toBe('M0 4L20 4');
  expect(sparkPath([3], 20, 8)).toBe('');
});

describe('the strip of advantages', () => {
  test('bars of one side and strength share a path', () => {
    const paths = stripPaths([1.9, 1.8, 0.3, 0, -0.4, null]);
    expect(paths.map((p) => [p.side, p.level, p.d.split('M').length - 1])).toEqual([
      ['up', 4, 2],
      ['up', 1, 1],
      ['zero', 0, 1],
      ['down', 1, 1],
      ['unknown', 0, 1],
    ]);
  });
  test('every bar is drawn once, whatever the advantages', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: -50, max: 50, noNaN: true }))), (advantages) => {
        const bars = stripPaths(advantages).reduce((n, p) => n + p.d.split('M').length - 1, 0);
        expect(bars).toBe(advantages.length);
      }),
    );
  });
  test('in words', () => {
    expect(stripText([0.88, 0.88, 0, -1.13])).toBe('2 up to +0.880, 1 down to −1.13, 1 zero');
    expect(stripText([0, 0])).toBe('all advantages are 0');
    expect(stripText([null])).toBe('no advantages');
  });
});
