/** What a chart is answered, from events to arrays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { movingAverage } from '../../src/core/movingAverage.js';
import type { EventBody } from '../../src/protocol/events.js';
import { Store } from '../../src/store/store.js';
import type { StoreQueries } from '../../src/store/questions.js';
import type { MetricSeries, RunSeries } from '../../src/store/views.js';
import { aRun } from '../builders/aRun.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-series-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const length = 3000;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const mean = (step: number): number => 0.5 + 0.3 * Math.sin(step / 40) + 0.1 * Math.sin(step * 12.9898);
const spread = (step: number): number => 0.2 + 0.1 * Math.cos(step * 78.233);

/** A run with everything a chart can stumble over. */
const metricsAt = (step: number): EventBody => ({
  type: 'metrics',
  step,
  values: {
    'reward/mean': step === 1234 ? 9 : mean(step),
    'reward/std': spread(step),
    kl: step >= 700 && step < 740 ? 'NaN' : step / 1000,
    ...(step < 1500 || step > 1520 ? { entropy: 2 - step / 3000 } : {}),
    ...(step % 10 === 0 ? { 'accuracy/held_out': step / length } : {}),
    'tokens/total': step * 1000,
  },
});

let store: Store;
let queries: StoreQueries;
beforeAll(async () => {
  aRun('long-1')
    .with(...range(length).map(metricsAt))
    .write(join(folder, 'runs'));
  store = await Store.open({ root: folder });
  store.catchUp();
  queries = store.queries;
});
afterAll(() => store.close());

const ask = (metrics: string[], room: number, more: { smoothing?: number; from?: number; to?: number } = {}): RunSeries =>
  queries.series(['long-1'], { metrics, room, ...more })[0];
const valuesOf = (m: MetricSeries): number[] => m.value.filter((v) => v !== null);

describe('the curves of one chart', () => {
  test('a mean and its spread stand at the same steps, however much is left out', () => {
    const { step, metrics, stride, steps } = ask(['reward/mean', 'reward/std'], 800);
    expect(stride).toBeGreaterThan(1);
    expect(steps).toBe(length);
    expect(step.length).toBeLessThanOrEqual(800);
    const [reward, std] = metrics;
    expect(reward.value).toEqual(step.map((s) => (s === 1234 ? 9 : mean(s))));
    expect(std.value).toEqual(step.map(spread));
    expect(valuesOf(reward)).toContain(9);
    expect(valuesOf(std)).toContain(Math.max(...range(length).map(spread)));
  });

  test('the moving average is that of all values, at any room and in any part', () => {
    const raw = Float64Array.from(range(length), (s) => (s === 1234 ? 9 : mean(s)));
    const whole = movingAverage(raw, 0.9);
    for (const answer of [
      ask(['reward/mean'], 10_000, { smoothing: 0.9 }),
      ask(['reward/mean'], 100, { smoothing: 0.9 }),
      ask(['reward/mean', 'reward/std'], 300, { smoothing: 0.9, from: 1000, to: 1600 }),
    ])
      expect(answer.metrics[0].smooth).toEqual(answer.step.map((s) => whole[s - 1]));
    expect(ask(['reward/mean'], 100).metrics[0].smooth).toBeNull();
  });

  test('a part has every step where there is room for it', () => {
    const part = ask(['reward/mean', 'kl'], 800, { from: 1000, to: 1500 });
    expect(part).toMatchObject({ stride: 1, steps: 501 });
    expect(part.step).toEqual(range(501).map((i) => i + 999));
  });

  test('values that are no numbers and steps that are missing interrupt, whatever is left out between', () => {
    for (const room of [10_000, 100]) {
      const { step, metrics } = ask(['kl', 'entropy'], room);
      const [kl, entropy] = metrics;
      const after = (at: number, m: MetricSeries): number => step.findIndex((s, i) => s > at && m.value[i] !== null);
      expect(kl.breaks).toEqual([after(739, kl)]);
      expect(entropy.breaks).toEqual([after(1520, entropy)]);
      expect(kl.count).toBe(length - 40);
      expect(entropy.count).toBe(length - 21);
    }
  });

  test('what is recorded every tenth step is joined over the steps between, which say nothing of it', () => {
    const { step, metrics } = ask(['accuracy/held_out', 'reward/mean'], 10_000);
    const [heldOut] = metrics;
    expect(heldOut.breaks).toEqual([]);
    expect(heldOut.value).toEqual(step.map((s) => (s % 10 === 0 ? s / length : null)));
  });

  test('the curves of a run that grows keep their points', () => {
    const before = ask(['reward/mean', 'reward/std'], 800, { to: 2900 });
    const after = ask(['reward/mean', 'reward/std'], 800);
    expect(after.stride).toBe(before.stride);
    const full = 2900 - (2900 % before.stride);
    // Step n is the place n − 1.
    expect(after.step.filter((s) => s <= full)).toEqual(before.step.filter((s) => s <= full));
  });

  test('tokens and seconds are those of the steps', () => {
    const { step, tokens, seconds } = ask(['kl'], 50);
    expect(tokens).toEqual(step.map((s) => s * 1000));
    expect(seconds.every((s, i) => s !== null && (i === 0 || s > seconds[i - 1]!))).toBe(true);
  });

  test('metrics and runs that are not there are left out', () => {
    expect(queries.series(['nobody', 'long-1'], { metrics: ['kl', 'nothing'], room: 10 }).map((s) => [s.run, s.metrics.length])).toEqual([
      ['long-1', 1],
    ]);
    expect(queries.series(['long-1'], { metrics: ['nothing'], room: 10 })).toEqual([]);
  });
});

test('a trend is of all values, whatever a drawing has room for', () => {
  const all = range(length).map((s) => (s === 1234 ? 9 : mean(s)));
  const [reward, kl] = queries.trends('long-1', ['reward/mean', 'nothing', 'kl'], 60);
  const average = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
  expect(reward).toMatchObject({ metric: 'reward/mean', count: length, first: all[0], last: all.at(-1), high: 9 });
  expect(reward.begin).toBeCloseTo(average(all.slice(0, 300)), 10);
  expect(reward.end).toBeCloseTo(average(all.slice(-300)), 10);
  expect(reward.means).toHaveLength(60);
  expect(average(reward.means)).toBeCloseTo(average(all), 10);
  expect(kl).toMatchObject({ metric: 'kl', count: length - 40 });
});
