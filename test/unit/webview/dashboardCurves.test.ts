import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metrics } from '../../../src/protocol/metrics.js';
import type { BenchmarkView, RunDetail } from '../../../src/store/views.js';
import { chartList } from '../../../webview/dashboard/chartList.js';
import { benchmarkSeries, checkersOf, extent, linesOf, notesOf, stepsAround, type Drawing } from '../../../webview/dashboard/curves.js';
import { pointsOf, recordedSeries } from '../../../webview/dashboard/recordedSeries.js';
import { heightOf } from '../../../webview/shared/charts/chartConfig.js';
import { canResume, timeText } from '../../../webview/dashboard/runState.js';
import { tileMetrics } from '../../../webview/dashboard/tileList.js';
import { aSeries } from '../../builders/aSeries.js';

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
    expect(tileMetrics(['loss', 'kl', 'learning_rate'])).toEqual(['loss', 'kl', 'learning_rate']);
  });
  test('models beside the policy have charts of their own, and their gradients one chart with its', () => {
    const critic = ['critic/loss', 'critic/explained', 'critic/grad_norm', 'loss', 'grad_norm', 'kl'];
    expect(chartList(critic).map((s) => s.id)).toEqual(['kl', 'loss', 'critic', 'critic-loss', 'gradient']);
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

const drawing: Drawing = { run: 'a', overlays: [], xUnit: 'step' };

describe('curves', () => {
  test('points without a value or without a place are left out', () => {
    const kl = recordedSeries([aSeries({ kl: [1, null, 3] })], 'a', 'kl')!;
    expect(pointsOf(kl, 'step').map((p) => p.x)).toEqual([1, 3]);
    expect(pointsOf(kl, 'tokens')).toEqual([{ x: 2000, y: 3, step: 3 }]);
    expect(pointsOf(kl, 'time').map((p) => p.x)).toEqual([0, 4]);
  });

  test('a line is interrupted where the store says so, and nowhere else', () => {
    const [spec] = chartList(['kl']);
    const [line] = linesOf(spec, [aSeries({ kl: [1, null, 3, null, 5] }, 'a', { kl: [2] })], drawing);
    expect(line.points.map((p) => [p.step, p.gap ?? false])).toEqual([
      [1, false],
      [3, true],
      [5, false],
    ]);
  });

  test('a gap before a point that has no place is one before the next', () => {
    const series = { ...aSeries({ kl: [1, 2, 3] }, 'a', { kl: [1] }), tokens: [10, null, 30] };
    const [line] = linesOf(chartList(['kl'])[0], [series], { ...drawing, xUnit: 'tokens' });
    expect(line.points).toEqual([
      { x: 10, y: 1, step: 1 },
      { x: 30, y: 3, step: 3, gap: true },
    ]);
  });

  test('the band follows the steps of the mean, and where the spread is unknown there is none', () => {
    const [spec] = chartList(['reward/mean', 'reward/std']);
    const series = [aSeries({ 'reward/mean': [0.1, null, 0.3], 'reward/std': [0.4, 0.5, null] })];
    const [line] = linesOf(spec, series, drawing);
    expect(line.band).toEqual([{ low: 0.1 - 0.4, high: 0.5 }, null]);
    expect(line.smooth).toBeUndefined();
  });

  test('the smoothed curve is the one that the store answers', () => {
    const values = [1, null, ...Array.from({ length: 20 }, (_, i) => i)];
    const series = aSeries({ kl: values });
    series.metrics[0].smooth = values.map((v) => v && v / 2);
    expect(linesOf(chartList(['kl'])[0], [series], drawing)[0].smooth).toEqual(values.filter((v) => v !== null).map((v) => v / 2));
  });

  test('of values that are measured now and then, none stands for its neighbours', () => {
    const series = aSeries({ kl: [1, null, 3] });
    series.metrics[0].smooth = [1, null, 2.5];
    expect(linesOf(chartList(['kl'])[0], [series], drawing)[0].smooth).toBeUndefined();
  });

  test('an overlaid run is its first curve, dashed, under its own name', () => {
    const [spec] = chartList(['reward/mean', 'reward/term/correct']);
    const series = [aSeries({ 'reward/mean': [1], 'reward/term/correct': [1] }), aSeries({ 'reward/mean': [2] }, 'b')];
    const lines = linesOf(spec, series, {
      ...drawing,
      overlays: [
        { run: 'b', name: 'arith-2' },
        { run: 'c', name: 'no data' },
      ],
    });
    expect(lines.map((l) => [l.label, l.dash > 0])).toEqual([
      ['reward', false],
      ['correct', false],
      ['arith-2', true],
    ]);
  });

  test('no two curves of a chart look alike, the runs laid over it among them', () => {
    const terms = Array.from({ length: 6 }, (_, i) => `reward/term/${i}`);
    const names = ['reward/mean', ...terms];
    const overlays = Array.from({ length: 12 }, (_, i) => ({ run: `o${i}`, name: `overlay ${i}` }));
    const series = [
      aSeries(Object.fromEntries(names.map((n) => [n, [1]]))),
      ...overlays.map(({ run }) => aSeries({ 'reward/mean': [1] }, run)),
    ];
    const lines = linesOf(chartList(names)[0], series, { ...drawing, overlays });
    expect(lines).toHaveLength(19);
    expect(new Set(lines.map((l) => `${l.color} ${l.dash}`)).size).toBe(19);
  });

  test('what is thinned is said', () => {
    const series = { ...aSeries({ kl: [1, 2] }), stride: 16, steps: 3000 };
    expect(notesOf(chartList(['kl'])[0], [series], drawing)).toEqual(['lowest and highest of every 16 steps']);
    expect(notesOf(chartList(['kl'])[0], [aSeries({ kl: [1, 2] })], drawing)).toEqual([]);
  });

  test('a chart without a single number says so', () => {
    const [spec] = chartList(['entropy']);
    for (const series of [[aSeries({ entropy: [null, null] })], [], [aSeries({ entropy: [1, 2] }, 'another run')]])
      expect(notesOf(spec, series, drawing)).toEqual(['no number is known here']);
    expect(notesOf(spec, [aSeries({ entropy: [null, 2] })], drawing)).toEqual([]);
  });

  test('the axis fits the mean, not the spread around it', () => {
    const [spec] = chartList(['reward/mean', 'reward/std']);
    const lines = linesOf(spec, [aSeries({ 'reward/mean': [0.2, 0.4], 'reward/std': [0.5, 0.5] })], drawing);
    const { min, max } = heightOf(lines, undefined)!;
    expect([min, max]).toEqual([expect.closeTo(0.19, 10), expect.closeTo(0.41, 10)]);
    expect(heightOf(lines, { min: 2, max: 2 })).toMatchObject({ min: expect.closeTo(0.36, 10) as number });
  });

  test('what is looked at more closely is asked for with half as much again on both sides', () => {
    const series = [aSeries({ kl: Array.from({ length: 100 }, () => 1) })];
    expect(stepsAround(series, 'a', 'step', { min: 40, max: 60 })).toEqual({ from: 30, to: 70 });
    expect(stepsAround(series, 'a', 'time', { min: 100, max: 180 })).toEqual({ from: 31, to: Number.MAX_SAFE_INTEGER });
  });
});

describe('a stack', () => {
  const names = ['groups/all_wrong', 'groups/mixed', 'groups/all_right'] as const;
  const [spec] = chartList(names);
  const stack = (values: Record<string, (number | null)[]>, breaks = {}) => {
    const series = [aSeries(values, 'a', breaks)];
    return { lines: linesOf(spec, series, drawing), notes: notesOf(spec, series, drawing) };
  };

  test('is never smoothed nor overlaid', () => {
    const series = [aSeries({ 'groups/mixed': [1, 2] }), aSeries({ 'groups/mixed': [3, 4] }, 'b')];
    series[0].metrics[0].smooth = [1, 1.5];
    const lines = linesOf(spec, series, { ...drawing, overlays: [{ run: 'b', name: 'b' }] });
    expect(lines).toHaveLength(1);
    expect(lines[0].smooth).toBeUndefined();
  });

  test('is interrupted where a part is missing, and says which', () => {
    const { lines, notes } = stack(
      { 'groups/all_wrong': [3, 3, 3], 'groups/mixed': [1, null, 2], 'groups/all_right': [4, 4, 4] },
      { 'groups/mixed': [2] },
    );
    expect(lines.map((l) => l.points.map((p) => [p.step, p.y, p.gap ?? false]))).toEqual([
      [
        [1, 3, false],
        [3, 3, true],
      ],
      [
        [1, 1, false],
        [3, 2, true],
      ],
      [
        [1, 4, false],
        [3, 4, true],
      ],
    ]);
    expect(lines.map((l) => l.base)).toEqual([
      [0, 0],
      [3, 3],
      [4, 5],
    ]);
    expect(notes).toEqual(['interrupted where “mixed” is missing (known at 2 of 3 steps)']);
  });

  test('a part that most steps lack is a line of its own', () => {
    const { lines, notes } = stack({
      'groups/all_wrong': [3, 3, 3, 3],
      'groups/mixed': [null, null, 2, null],
      'groups/all_right': [4, 4, 4, 4],
    });
    expect(lines.map((l) => [l.points.length, l.base ?? null])).toEqual([
      [4, [0, 0, 0, 0]],
      [1, null],
      [4, [3, 3, 3, 3]],
    ]);
    expect(notes).toEqual(['“mixed” is a line and not in the sum (known at 1 of 4 steps)']);
  });

  test('its top is the sum of all parts wherever it is drawn', () => {
    const part = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: null, freq: 6 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        const all = [a, b, c];
        fc.pre(all.every((values) => values.filter((v) => v !== null).length >= 15));
        const { lines } = stack(Object.fromEntries(names.map((n, i) => [n, all[i]])));
        const complete = a.flatMap((_, i) => (all.every((v) => v[i] !== null) ? [i] : []));
        const top = lines[2].points.map((p, i) => p.y + lines[2].base![i]);
        expect(lines[2].points.map((p) => p.step - 1)).toEqual(complete);
        expect(top).toEqual(complete.map((i) => a[i]! + b[i]! + c[i]!));
      }),
    );
  });
});

describe('results beside the curves', () => {
  test('a benchmark stands at its step, in tokens and time too, unless it is a metric already', () => {
    const result = (suite: string, step: number): BenchmarkView => ({ ...aResult, suite, step });
    const results = [result('held-out', 2), result('gsm', 2), result('gsm', 9)];
    const [gsm, ...rest] = benchmarkSeries('a', results, aSeries({ kl: [1, 2, 3] }), ['accuracy/held_out']);
    expect(rest).toEqual([]);
    expect(gsm).toMatchObject({ step: [2, 9], tokens: [1000, 2000], seconds: [2, 4], metrics: [{ metric: 'benchmark/gsm (greedy)' }] });
    // Where nothing tells the time of a step, it is unknown.
    expect(benchmarkSeries('a', results, undefined)[0].seconds).toEqual([null]);
  });

  test('an accuracy says who judged it', () => {
    const by = (checker: string | null): BenchmarkView => ({ ...aResult, checker });
    expect(checkersOf([by('grpo-lab 1'), by(null), by('grpo-lab 2'), by('grpo-lab 1')])).toBe('grpo-lab 1, grpo-lab 2');
    expect(checkersOf([by(null)])).toBe('');
  });

  test('the extent is that of the run itself', () => {
    const series = [aSeries({ kl: [null, 1, 2] }), aSeries({ kl: [1, 1, 1, 1, 1] }, 'b')];
    expect(extent(series, 'a', 'step')).toEqual({ min: 2, max: 3 });
    expect(extent(series, 'c', 'step')).toBeUndefined();
  });
});

describe('the time of a run', () => {
  const run = (more: Partial<RunDetail>): RunDetail =>
    ({
      state: 'running',
      quietSince: null,
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
