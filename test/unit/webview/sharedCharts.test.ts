import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChartColors } from '../../../webview/shared/charts/colors.js';
import { heightOf, options } from '../../../webview/shared/charts/chartConfig.js';
import { datasets } from '../../../webview/shared/charts/datasets.js';
import {
  describe as inWords,
  fitsLog,
  leadOf,
  nearest,
  overlayStyle,
  readAt,
  styleOf,
  type Line,
  type Point,
} from '../../../webview/shared/charts/line.js';
import { tickTexts } from '../../../webview/shared/charts/tickText.js';
import { stripPaths, stripReach, stripText } from '../../../webview/shared/advantageStrip.js';
import { extentText } from '../../../src/core/format.js';
import { sparkPath } from '../../../webview/shared/sparkline.js';

const colors: ChartColors = { text: '', grid: '', background: '', selection: '', font: '', contrast: false, line: () => 'blue' };
const pointsOf = (ys: readonly number[]): Point[] => ys.map((y, i) => ({ x: i + 1, y, step: i + 1 }));
const aLine = (ys: readonly number[]): Line => ({ label: 'KL', meaning: '', ...styleOf(0), points: pointsOf(ys) });

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
])('a %s line of one value is a dot, and its axis has room for it', (_, more) => {
  const lines = [{ ...aLine([0.4]), ...more }];
  expect(datasets(lines, colors, false).at(-1)).toMatchObject({ pointRadius: 2.5, data: [{ x: 1, y: 0.4 }] });
  for (const range of [undefined, { min: 1, max: 1 }]) {
    const { x } = options(lines, { xUnit: 'step', log: false, stacked: false, range }, colors).scales!;
    expect(x).toMatchObject({ min: 0, max: 2 });
  }
});

test('a stack of one step is a column: its parts lie on each other, as in a stack of many', () => {
  const lines = [
    { ...aLine([0.4]), base: [0] },
    { ...aLine([0.6]), base: [0.4] },
  ];
  const drawn = datasets(lines, colors, false);
  expect(drawn.map((d) => d.fill)).toEqual(['origin', { target: 0 }]);
  for (const [i, y] of [0.4, 1].entries()) {
    const [from, to] = drawn[i].data;
    expect([from.y, to.y]).toEqual([y, y]);
    expect((from.x + to.x) / 2).toBe(1);
    expect(to.x - from.x).toBeGreaterThan(0);
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

describe('gaps', () => {
  const gapped = { ...aLine([1, 2, 3, 4]), points: pointsOf([1, 2, 3, 4]).map((p) => (p.step === 3 ? { ...p, gap: true } : p)) };
  const heights = (line: Line): number[][] => datasets([line], colors, false).map((d) => d.data.map((p) => p.y));

  test('a line is not drawn over a gap', () => expect(heights(gapped)).toEqual([[1, 2, NaN, 3, 4]]));
  test('nor is its band, nor its smoothed curve', () => {
    const band = [{ low: 0, high: 2 }, null, { low: 2, high: 4 }, { low: 3, high: 5 }];
    expect(heights({ ...gapped, band, smooth: [1, 1.5, 2, 2.5] })).toEqual([
      [2, NaN, NaN, 4, 5],
      [0, NaN, NaN, 2, 3],
      [1, 2, NaN, 3, 4],
      [1, 1.5, NaN, 2, 2.5],
    ]);
  });
  test('a value between two of them is a dot', () => {
    const long = aLine(Array.from({ length: 20 }, (_, i) => i));
    const points = long.points.map((p) => (p.step === 5 || p.step === 6 ? { ...p, gap: true } : p));
    const [{ data, pointRadius }] = datasets([{ ...long, points }], colors, false);
    const dots = data.filter((_, i) => (pointRadius as number[])[i] > 0);
    expect(dots).toEqual([{ x: 5, y: 4 }]);
  });
  test('in words they are counted', () => expect(inWords('KL', [gapped])).toContain('4 values, interrupted once.'));
});

test('stacked parts are filled down to the part before, wherever a line stands between them', () => {
  const part = (ys: number[], base: number[]): Line => ({ ...aLine(ys), base });
  const drawn = datasets([part([1, 1], [0, 0]), aLine([5, 5]), part([2, 2], [1, 1])], colors, false);
  expect(drawn.map((d) => d.fill)).toEqual(['origin', false, { target: 0 }]);
  expect(drawn[2].data.map((p) => p.y)).toEqual([3, 3]);
});

test('four colours make two dozen curves that can be told apart, and runs laid over them are like none', () => {
  for (const own of [1, 4, 5, 9]) {
    const styles = [...Array.from({ length: own }, (_, i) => styleOf(i)), ...Array.from({ length: 12 }, (_, i) => overlayStyle(i, own))];
    expect(new Set(styles.map((s) => `${s.color} ${s.dash}`)).size).toBe(own + 12);
  }
});

describe('what stands under the crosshair', () => {
  const dense = aLine([5, 6, 7, 8, 9]);
  const sparse: Line = { ...aLine([]), points: [1, 4].map((step) => ({ x: step, y: step * 10, step })) };

  test('is a point of the line that has most, of the run itself', () => {
    expect(leadOf([sparse, dense, { ...aLine([1, 2, 3, 4, 5, 6]), overlay: true }])).toBe(dense.points);
    expect(leadOf([])).toEqual([]);
  });
  test('a line that has no value there says its nearest, and none in a gap or beyond its ends', () => {
    const at = (step: number) => dense.points[step - 1];
    expect([1, 2, 3, 4, 5].map((step) => readAt(sparse, at(step)))).toEqual([0, 0, 1, 1, -1]);
    const [first, second] = sparse.points;
    expect([2, 4].map((step) => readAt({ ...sparse, points: [first, { ...second, gap: true }] }, at(step)))).toEqual([-1, 1]);
    expect(readAt(aLine([]), at(1))).toBe(-1);
  });
});

describe('how high an axis is', () => {
  const band = [
    { low: -1, high: 3 },
    { low: -1, high: 3 },
  ];
  test('a spread around the line has no say, an interval of it has', () => {
    expect(heightOf([{ ...aLine([1, 2]), band }], undefined)).toEqual({ min: 0.95, max: 2.05 });
    // There is nothing above all of a share.
    expect(heightOf([aLine([0, 0.7, 1])], undefined)).toEqual({ min: 0, max: 1 });
    expect(heightOf([{ ...aLine([1, 2]), band, interval: true }], undefined)).toEqual({ min: -1.2, max: 3.2 });
  });
  test('a stack begins at zero, a part of the x axis has its own height, a flat line still has one', () => {
    expect(heightOf([{ ...aLine([5, 5]), base: [0, 0] }], undefined)!.min).toBe(0);
    expect(heightOf([aLine([1, 100, 3, 4])], { min: 3, max: 4 })).toEqual({ min: 2.95, max: 4.05 });
    expect(heightOf([aLine([5, 5])], undefined)).toEqual({ min: 4.5, max: 5.5 });
    expect(heightOf([aLine([])], undefined)).toBeUndefined();
  });
  test('chosen by hand it is what was chosen', () => {
    const axes = { xUnit: 'step', log: false, stacked: false, range: undefined, yRange: { min: 0, max: 1 } } as const;
    expect(options([aLine([5, 6])], axes, colors).scales!.y).toMatchObject({ min: 0, max: 1 });
  });
});

describe('a sparkline', () => {
  test('spans its box over a change that is one', () => expect(sparkPath([0, 10], 20, 8)).toBe('M0 8L20 0'));
  test('a constant lies on the ground', () => expect(sparkPath([3, 3], 20, 8)).toBe('M0 8L20 8'));
  test('a share stands where it is between 0 and 1', () => expect(sparkPath([1, 0.5], 20, 8, { low: 0, high: 1 })).toBe('M0 0L20 4'));
  test('one value is no curve', () => expect(sparkPath([3], 20, 8)).toBe(''));
  test('is said with its range', () => {
    expect([extentText(1, 1), extentText(0.98, 1), extentText(0, 12)]).toEqual(['constant 1', '0.980 to 1.00', '0 to 12']);
  });
});

describe('the strip of advantages', () => {
  test('all rows of a list have one scale, which an outlier does not widen; what goes beyond has a gap', () => {
    const rows = [...Array.from({ length: 200 }, () => [1.48, -1.48]), [3.87, -0.5]];
    expect(stripReach(rows)).toBe(2);
    expect(stripReach([[3, -3.5], [1]])).toBe(3.5);
    const heights = (row: number[]) => stripPaths(row, 2).map((p) => p.d.match(/M/g)!.length);
    expect(heights([1.48])).toEqual([1]);
    expect(heights([3.87])).toEqual([2]);
    expect(stripPaths([1], 2)[0].d).not.toBe(stripPaths([1], 4)[0].d);
  });

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
