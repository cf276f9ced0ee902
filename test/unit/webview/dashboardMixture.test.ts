import { expect, test } from 'vitest';
import type { RunSeries } from '../../../src/store/views.js';
import { chartList } from '../../../webview/dashboard/chartList.js';
import { mixtureOf } from '../../../webview/dashboard/mixtureChart.js';
import { aSeries } from '../../builders/aSeries.js';

const withTokens = (series: RunSeries): RunSeries => ({
  ...series,
  tokens: series.step.map((s) => 1000 * s),
  seconds: series.step.map((s) => s - 1),
});
const series = [
  withTokens(
    aSeries({
      'mixture/code': [0.5, 0.26],
      'mixture/target/code': [0.25, 0.25],
      'mixture/web': [0.5, 0.74],
      'mixture/target/web': [0.75, 0.75],
      'tokens/total': [1000, 2000],
    }),
  ),
  aSeries({ 'mixture/web': [1, 1] }, 'b'),
];

test('the rings show the newest shares beside their targets, the largest first', () => {
  expect(mixtureOf(series, 'a', 'step')).toEqual({
    slices: [
      { label: 'web', place: 2, value: 0.74, target: 0.75 },
      { label: 'code', place: 1, value: 0.26, target: 0.25 },
    ],
    total: 2000,
    centre: '2k',
    unit: 'tokens',
  });
});

test('under the crosshair they are those of that step, whatever the axis counts', () => {
  for (const [unit, x] of [
    ['step', 1],
    ['tokens', 1000],
    ['time', 0],
  ] as const) {
    const ring = mixtureOf(series, 'a', unit, x)!;
    expect(ring.slices.map((s) => s.value)).toEqual([0.5, 0.5]);
    expect(ring.total).toBe(1000);
  }
});

test('a run without a mixture has no rings, and one whose trainer told no targets and no tokens has one', () => {
  expect(mixtureOf([aSeries({ loss: [1] })], 'a', 'step')).toBeUndefined();
  expect(mixtureOf([aSeries({ 'mixture/x': [1] })], 'a', 'step')).toEqual({
    slices: [{ label: 'x', place: 1, value: 1, target: null }],
    total: null,
    centre: '',
    unit: 'tokens',
  });
});

test('a pre-training run has the held-out loss of each source as curves, and its mixture as none', () => {
  const names = series[0].metrics.map((m) => m.metric);
  const charts = chartList([...names, 'loss', 'loss/held_out', 'loss/held_out/web', 'loss/held_out/code']);
  expect(charts.map((c) => [c.id, c.curves.map((x) => x.label)])).toEqual([
    ['held-out-loss', ['held-out loss', 'code', 'web']],
    ['loss', ['loss']],
  ]);
});
