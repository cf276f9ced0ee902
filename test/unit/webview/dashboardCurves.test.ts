import { describe, expect, test } from 'vitest';
import { metrics } from '../../../src/protocol/metrics.js';
import type { BenchmarkView, RunDetail, Series } from '../../../src/store/views.js';
import { chartList } from '../../../webview/dashboard/chartList.js';
import { benchmarkSeries, checkersOf, extent, linesOf, pointsOf } from '../../../webview/dashboard/curves.js';
import { canResume, timeText } from '../../../webview/dashboard/runState.js';
import { tileMetrics } from '../../../webview/dashboard/tiles.js';

const aSeries = (metric: string, value: (number | null)[], run = 'a'): Series => ({
  run,
  metric,
  step: value.map((_, i) => i + 1),
  tokens: value.map((_, i) => (i === 0 ? null : i * 1000)),
  seconds: value.map((_, i) => i * 2),
  value,
  decimated: false,
});

const aResult: BenchmarkView = {
  suite: 'gsm',
  step: 1,
  mode: 'greedy',
  value: 0.5,
  n: 200,
  checker: null,
  low: null,
  high: null,
  samples: null,
  shots: null,
  temperature: null,
};

describe('which charts', () => {
  test('a GRPO run gets its reward with band and terms first, and a metric nobody knows at the end', () => {
    const specs = chartList([
      'loss',
      'reward/std',
      'my/metric',
      'reward/term/format',
      'reward/mean',
      'reward/term/correct',
      'tokens/total',
    ]);
    expect(specs.map((s) => s.id)).toEqual(['reward', 'loss', 'other-my/metric']);
    expect(specs[0].curves.map((c) => [c.metric, c.band])).toEqual([
      ['reward/mean', 'reward/std'],
      ['reward/term/correct', undefined],
      ['reward/term/format', undefined],
    ]);
  });
  test('an SFT run gets only what it has', () => {
    expect(chartList(['loss', 'accuracy/held_out']).map((s) => s.id)).toEqual(['accuracy', 'loss']);
    expect(tileMetrics(['loss', 'kl', 'learning_rate'])).toEqual(['loss', 'learning_rate']);
  });
  test('models beside the policy have charts of their own, and their gradients one chart with its', () => {
    const critic = ['critic/loss', 'critic/explained', 'critic/grad_norm', 'loss', 'grad_norm', 'kl'];
    expect(chartList(critic).map((s) => s.id)).toEqual(['kl', 'critic', 'critic-loss', 'loss', 'gradient']);
    expect(
      chartList(critic)
        .at(-1)
        ?.curves.map((c) => c.label),
    ).toEqual(['gradient norm', 'critic gradient']);
    const specs = chartList(['reward_model/loss', 'reward_model/accuracy', 'reward_model/calibration_error', 'reward_model/grad_norm']);
    expect(specs.map((s) => s.id)).toEqual(['reward-model', 'reward-model-loss', 'gradient']);
    expect(chartList(['dpo/margin', 'dpo/accuracy']).map((s) => s.id)).toEqual(['dpo-accuracy', 'dpo-margin']);
  });
  test('a metric with a name that every object has is one like any other', () => {
    const curves = chartList(['constructor', '__proto__', 'toString']).flatMap((s) => s.curves);
    expect(curves.map((c) => c.label).toSorted()).toEqual(['__proto__', 'constructor', 'toString']);
    for (const { metric, meaning } of curves) expect(meaning).toContain(metric);
  });
  test('names are sorted by their numbers', () => {
    expect(chartList(['sub_19', 'sub_2', 'sub_20']).map((s) => s.heading)).toEqual(['sub_2', 'sub_19', 'sub_20']);
  });
  test('no known metric is left to the rest', () => {
    const rest = chartList(Object.keys(metrics)).filter((s) => s.id.startsWith('other-'));
    expect(rest).toEqual([]);
  });
  test('no metric is drawn twice', () => {
    const drawn = chartList(['accuracy/held_out', 'accuracy/validation', 'benchmark/gsm (greedy)']).flatMap((s) =>
      s.curves.map((c) => c.metric),
    );
    expect(drawn).toEqual(['accuracy/held_out', 'accuracy/validation', 'benchmark/gsm (greedy)']);
  });
});

describe('curves', () => {
  test('points without a value or without a place are left out', () => {
    const series = aSeries('kl', [1, null, 3]);
    expect(pointsOf(series, 'step').map((p) => p.x)).toEqual([1, 3]);
    expect(pointsOf(series, 'tokens')).toEqual([{ x: 2000, y: 3, step: 3 }]);
    expect(pointsOf(series, 'time').map((p) => p.x)).toEqual([0, 4]);
  });

  test('the band follows the steps of the mean, even where the spread has gaps', () => {
    const [spec] = chartList(['reward/mean', 'reward/std']);
    const series = [aSeries('reward/mean', [0.1, null, 0.3]), aSeries('reward/std', [0.4, 0.5, null])];
    const [line] = linesOf(spec, series, { run: 'a', overlays: [], xUnit: 'step', smoothing: 0 });
    expect(line.band).toEqual([
      { low: 0.1 - 0.4, high: 0.5 },
      { low: 0.3, high: 0.3 },
    ]);
    expect(line.smooth).toBeUndefined();
  });

  test('an overlaid run is its first curve, dashed, under its own name', () => {
    const [spec] = chartList(['reward/mean', 'reward/term/correct']);
    const series = [aSeries('reward/mean', [1]), aSeries('reward/term/correct', [1]), aSeries('reward/mean', [2], 'b')];
    const lines = linesOf(spec, series, {
      run: 'a',
      overlays: [
        { run: 'b', name: 'arith-2' },
        { run: 'c', name: 'no data' },
      ],
      xUnit: 'step',
      smoothing: 0,
    });
    expect(lines.map((l) => [l.label, l.dashed ?? false])).toEqual([
      ['reward', false],
      ['correct', false],
      ['arith-2', true],
    ]);
  });

  test('stacked shares are never smoothed nor overlaid', () => {
    const [spec] = chartList(['groups/mixed']);
    const series = [aSeries('groups/mixed', [1, 2]), aSeries('groups/mixed', [3, 4], 'b')];
    const lines = linesOf(spec, series, { run: 'a', overlays: [{ run: 'b', name: 'b' }], xUnit: 'step', smoothing: 0.9 });
    expect(lines).toHaveLength(1);
    expect(lines[0].smooth).toBeUndefined();
  });

  test('a benchmark stands at its step, in tokens and time too, unless it is a metric already', () => {
    const result = (suite: string, step: number): BenchmarkView => ({ ...aResult, suite, step });
    const results = [result('held-out', 2), result('gsm', 2), result('gsm', 9)];
    const [gsm, ...rest] = benchmarkSeries('a', results, aSeries('kl', [1, 2, 3]), ['accuracy/held_out']);
    expect(rest).toEqual([]);
    expect(gsm).toMatchObject({ metric: 'benchmark/gsm (greedy)', step: [2, 9], tokens: [1000, 2000], seconds: [2, 4] });
  });

  test('an accuracy says who judged it', () => {
    const by = (checker: string | null): BenchmarkView => ({ ...aResult, checker });
    expect(checkersOf([by('grpo-lab 1'), by(null), by('grpo-lab 2'), by('grpo-lab 1')])).toBe('grpo-lab 1, grpo-lab 2');
    expect(checkersOf([by(null)])).toBe('');
  });

  test('the extent is that of the run itself', () => {
    const series = [aSeries('kl', [null, 1, 2]), aSeries('kl', [1, 1, 1, 1, 1], 'b')];
    expect(extent(series, 'a', 'step')).toEqual({ min: 2, max: 3 });
    expect(extent(series, 'c', 'step')).toBeUndefined();
  });
});

describe('the time of a run', () => {
  const run = (more: Partial<RunDetail>): RunDetail =>
    ({
      state: 'running',
      step: 42,
      totalSteps: 100,
      secondsPerStep: 2,
      importedFrom: null,
      created: '2026-01-01T00:00:00Z',
      updated: '2026-01-01T00:00:50Z',
      ...more,
    }) as RunDetail;
  const now = Date.parse('2026-01-01T00:01:12Z');

  test('a running one has some left', () => expect(timeText(run({}), now)).toBe('1 min 12 s, 2 min left'));
  test('near its end no number pretends to be exact', () => expect(timeText(run({ step: 97 }), now)).toBe('1 min 12 s, nearly done'));
  test('an ended one took as long as it was heard of', () => expect(timeText(run({ state: 'stopped' }), now)).toBe('50 s'));
  test('an import says when it came, for what it took says nothing of the training', () => {
    const imported = run({ state: 'finished', importedFrom: '/data/run', created: '2025-12-31T22:01:12Z' });
    expect(timeText(imported, now)).toBe('imported 2 h ago');
    expect(timeText({ ...imported, created: '2026-01-01T00:01:00Z' }, now)).toBe('imported just now');
    expect(timeText({ ...imported, state: 'running', created: '2026-01-01T00:00:00Z' }, now)).toBe('1 min 12 s, 2 min left');
  });
  test('only a run that ended before its end can be resumed', () => {
    expect((['running', 'finished', 'stopped', 'failed', 'died'] as const).map(canResume)).toEqual([false, false, true, true, true]);
  });
});
