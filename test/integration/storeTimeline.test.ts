/** What the store answers of a run's time: spans, seconds of phases, telemetry. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { Store } from '../../src/store/store.js';
import { aMetrics, aRun } from '../builders/aRun.js';

const root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-timeline-')), '.grpo-lab');
const runs = join(root, 'runs');
const t0 = Date.parse('2026-01-01T00:00:00.000Z');
const at = (second: number): string => new Date(t0 + 1000 * second).toISOString();
const span = (step: number, lane: string, name: string, start: number, end: number): EventBody => ({
  type: 'span',
  ...{ step, lane, name, start: at(start), end: at(end) },
});
/** A server samples 6 s, then a trainer trains 3 s; 1 s later the next step. */
const turns = (step: number): EventBody[] => [
  span(step, 'server 2', 'sampling', 10 * step, 10 * step + 6),
  span(step, 'rank 0', 'training', 10 * step + 6, 10 * step + 9),
];
let store: Store;

beforeAll(async () => {
  aRun('turns')
    .with(...[1, 2, 3].flatMap(turns))
    .with({ type: 'telemetry', device: 'gpu 0', values: { 'power W': 300, 'utilisation %': 'NaN' } })
    .with({ type: 'telemetry', device: 'gpu 0', values: { 'power W': 500 } })
    .write(runs);
  aRun('resumed')
    .with(...[1, 2, 3].flatMap(turns))
    .resumedFrom(1)
    .with(span(2, 'rank 0', 'training', 90, 95))
    .write(runs);
  aRun('crooked')
    .with(span(1, 'a', 'x', 5, 4), { ...span(1, 'a', 'x', 5, 6), start: 'noon' } as EventBody)
    .write(runs);
  aRun('seconds')
    .with(aMetrics(1, { 'seconds/sample': 1.2, 'seconds/train': 0.5, 'seconds/step': 2 }))
    .with(aMetrics(2, { 'seconds/sample': 3, 'seconds/train': 1, 'seconds/step': 2 }))
    .write(runs);
  aRun('whole').withSteps(2).write(runs);
  aRun('bare').write(runs);
  store = await Store.open({ root });
  store.catchUp();
});
afterAll(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

test('spans come with their lanes and names, and a step can be looked at alone', () => {
  const all = store.queries.timeline('turns', { room: 100 })!;
  expect(all).toMatchObject({ lanes: ['rank 0', 'server 2'], names: ['sampling', 'training'], spans: 6, within: 6, shortest: 0 });
  expect([all.first, all.last]).toEqual([t0 + 10_000, t0 + 39_000]);
  expect(all.blocks[0]).toEqual({ lane: 1, name: 0, step: 1, start: t0 + 10_000, end: t0 + 16_000, count: 1, busy: 6000 });
  const step = store.queries.timeline('turns', { room: 100, step: 2 })!;
  expect([step.from, step.to, step.within]).toEqual([t0 + 20_000, t0 + 29_000, 2]);
  expect(store.queries.timeline('turns', { room: 100, from: t0 + 17_000, to: t0 + 19_500 })!.blocks.map((b) => b.name)).toEqual([1]);
  expect(store.queries.timeline('bare', { room: 100 })).toBeNull();
});

test('who waited for whom, by lane and by step', () => {
  const shares = store.queries.timeShares('turns', { room: 100 })!;
  expect(shares).toMatchObject({ source: 'spans', names: ['sampling', 'training'], stride: 1, overlapping: 0 });
  const [rank, server] = shares.lanes;
  expect(rank).toEqual({ lane: 'rank 0', spans: 3, busy: [0, 9], waiting: [12, 0], alone: 2 });
  expect(server).toEqual({ lane: 'server 2', spans: 3, busy: [18, 0], waiting: [0, 6], alone: 2 });
  expect(shares.steps[1]).toEqual({ from: 2, to: 2, busy: [6, 3], waiting: 9 });
  expect(shares.total.busy).toEqual([18, 9]);
  const pairs = store.queries.timeShares('turns', { room: 2 })!;
  expect(pairs.stride).toBe(2);
  expect(pairs.steps.map((s) => [s.from, s.to, ...s.busy])).toEqual([
    [1, 2, 12, 6],
    [3, 3, 6, 3],
  ]);
});

test('what a resumed run took back is not there', () => {
  const all = store.queries.timeline('resumed', { room: 100 })!;
  expect(all.blocks.map((b) => [b.step, (b.start - t0) / 1000])).toEqual([
    [1, 10],
    [1, 16],
    [2, 90],
  ]);
});

test('spans that cannot be placed are counted', () => {
  expect(store.queries.timeline('crooked', { room: 100 })).toMatchObject({ spans: 0, misplaced: 2, blocks: [] });
  expect(store.queries.timeShares('crooked', { room: 100 })).toBeNull();
});

test('without spans the seconds of the phases are what is known, and what is left of the step is said', () => {
  const shares = store.queries.timeShares('seconds', { room: 100 })!;
  expect(shares).toMatchObject({ source: 'metrics', names: ['sample', 'train'], lanes: [], overlapping: 1 });
  expect(shares.steps[0].busy).toEqual([1.2, 0.5]);
  expect(shares.steps[0].waiting).toBeCloseTo(0.3, 9);
  expect(shares.steps[1].waiting).toBe(0);
  // Only how long a step was.
  expect(store.queries.timeShares('whole', { room: 100 })!.steps).toEqual([1, 2].map((s) => ({ from: s, to: s, busy: [], waiting: 2 })));
  expect(store.queries.timeShares('bare', { room: 100 })).toBeNull();
});

test('telemetry by device and value; what is no number is passed over, and neighbours keep their lowest and highest', () => {
  const all = store.queries.telemetry('turns', { room: 100 });
  expect(all.series.map((s) => [s.device, s.name, s.low, s.high])).toEqual([['gpu 0', 'power W', [300, 500], [300, 500]]]);
  const together = store.queries.telemetry('turns', { room: 1, from: all.first!, to: all.last! + 1000 });
  expect(together.series[0]).toMatchObject({ count: 2, low: [300], high: [500] });
  expect(together.stride).toBeGreaterThan(0);
  expect(store.queries.telemetry('bare', { room: 100 })).toEqual({ series: [], moreSeries: 0, first: null, last: null, stride: 0 });
});
