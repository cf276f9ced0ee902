import { describe, expect, test } from 'vitest';
import type { Constant, RunSeries, Trend } from '../../../src/store/views.js';
import { chartList } from '../../../webview/dashboard/chartList.js';
import { csvOf } from '../../../webview/dashboard/curvesCsv.js';
import { countText } from '../../../webview/dashboard/metricTools.js';
import { apart, constantText } from '../../../webview/dashboard/sectionView.js';
import { changeOf, changeText, explain } from '../../../webview/dashboard/tiles.js';

const aTrend = (more: Partial<Trend>): Trend => ({
  ...{
    metric: 'reward/mean',
    count: 400,
    first: 0.2,
    last: 0.41,
    low: 0.1,
    high: 0.5,
    begin: 0.21,
    end: 0.38,
    means: [],
    brokenSince: null,
  },
  ...more,
});

describe('a tile', () => {
  test('tells how far the end is from the start, in two digits', () => {
    expect(changeText(changeOf(aTrend({})), 'reward/mean')).toBe('0.17');
    expect(changeText(changeOf(aTrend({ begin: 201, end: 281 })), 'reward/mean')).toBe('80');
    expect(changeText(changeOf(aTrend({ begin: 21_000, end: 20_000 })), 'reward/mean')).toBe('1k');
    expect(changeText(-0.5, 'reward/mean')).toBe('0.5');
    expect(changeText(3e-6, 'reward/mean')).toBe('3e−6');
    expect(changeText(-0.061, 'groups/zero_std')).toBe('6.1%');
    expect(changeOf(aTrend({ begin: 0.38, end: 0.21 }))).toBeCloseTo(-0.17);
  });

  test('of one value, or of two that hardly differ, tells no change', () => {
    expect(changeOf(aTrend({ count: 1, begin: 0, end: 0 }))).toBe(0);
    expect(changeOf(aTrend({ begin: 100, end: 100.4 }))).toBe(0);
    expect(changeOf(aTrend({ begin: 0, end: 0 }))).toBe(0);
    expect(changeOf(aTrend({ begin: 0, end: 1e-9 }))).toBe(1e-9);
  });

  test('says of which values its numbers are', () => {
    expect(explain(aTrend({}))).toContain('Mean of the last 40 values (a tenth of 400): 0.380; of the first 40 values: 0.210.');
    expect(explain(aTrend({ count: 7 }))).toContain('The last of 7 values: 0.380; the first: 0.210.');
    expect(explain(aTrend({ count: 1 }))).toBe('The only value so far.');
    expect(explain(aTrend({ brokenSince: 12 }))).toContain('The newest number is 0.410;');
  });
});

describe('what never moves', () => {
  const constants = new Map(
    ['reward/mean', 'clip_ratio/low', 'clip_ratio/high', 'learning_rate'].map((metric): [string, Constant] => [
      metric,
      { metric, value: metric === 'learning_rate' ? 1e-6 : 0, n: 9 },
    ]),
  );
  test('folds into a line when no curve of a chart does, but never the answer itself', () => {
    const charts = chartList(['reward/mean', 'clip_ratio/low', 'clip_ratio/high', 'learning_rate', 'kl']);
    const [moving, still] = apart(charts, constants);
    expect(moving.map((c) => c.id)).toEqual(['reward', 'kl']);
    expect(still.map((c) => constantText(c, constants))).toEqual(['Clipped tokens 0', 'Learning rate 1e−6']);
    expect(apart(chartList(['clip_ratio/low', 'clip_ratio/high']), new Map([...constants].slice(0, 2)))[1]).toEqual([]);
  });

  test('and the number of metrics says what is folded away', () => {
    expect(countText(312, 312, false)).toBe('312 metrics');
    expect(countText(312, 24, false)).toBe('312 metrics, 24 shown');
    expect(countText(312, 3, true)).toBe('3 of 312 metrics');
  });
});

test('a chart as a table: a row a step, a column a metric, and nothing that a spreadsheet would run', () => {
  const series: RunSeries = {
    ...{ run: 'a,b', step: [1, 2], tokens: [null, 2000], seconds: [0, 1.5], steps: 2, stride: 1 },
    metrics: [
      { metric: '=cmd()', count: 2, value: [0.5, null], smooth: null, breaks: [] },
      { metric: 'say "x"', count: 2, value: [1, 2], smooth: null, breaks: [] },
    ],
  };
  expect(csvOf([series], ['=cmd()', 'say "x"'])).toBe(
    `run,step,tokens,seconds,'=cmd(),"say ""x"""\n"a,b",1,,0,0.5,1\n"a,b",2,2000,1.5,,2\n`,
  );
});
