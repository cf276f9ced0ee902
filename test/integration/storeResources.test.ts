/** What the store answers of a run's memory and speed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { Store } from '../../src/store/store.js';
import { aMetrics, aRun } from '../builders/aRun.js';

const root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-resources-')), '.grpo-lab');
const at = (second: number): string => new Date(1000 * second).toISOString();
const span = (step: number, lane: string, name: string, start: number, end: number): EventBody => ({
  type: 'span',
  ...{ step, lane, name, start: at(start), end: at(end) },
});
const memory = (device: string, used: number | 'NaN', total?: number): EventBody => ({
  type: 'telemetry',
  device,
  values: { 'memory bytes': used, 'power W': 1, ...(total !== undefined && { 'memory total bytes': total }) },
});
let store: Store;

beforeAll(async () => {
  const runs = join(root, 'runs');
  aRun('gpu')
    .with(memory('gpu 10', 5, 80), memory('gpu 2', 7), memory('gpu 10', 9, 80), memory('gpu 10', 'NaN', 80))
    .with({ type: 'telemetry', device: 'cpu', values: { 'load cores': 2 } })
    .write(runs);
  aRun('spans')
    .with(aMetrics(1, { 'tokens/sampled': 100, 'tokens/trained': 300, 'sequences/trained': 10 }))
    .with(span(1, 'rank 0', 'sampling', 0, 4), span(1, 'rank 1', 'sampling', 0, 6), span(1, 'rank 0', 'training', 6, 8))
    .with(aMetrics(2, { 'tokens/sampled': 50 }))
    .with(span(2, 'rank 0', 'sampling', 10, 12), span(3, 'rank 0', 'sampling', 20, 29))
    .write(runs);
  aRun('metrics')
    .with(aMetrics(1, { 'tokens/trained': 10, 'seconds/train': 2, 'seconds/sample': 3 }), span(1, 'rank 0', 'training', 0, 100))
    .write(runs);
  aRun('bare').withSteps(2).write(runs);
  store = await Store.open({ root });
  store.catchUp();
});
afterAll(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

test('of each device the most that was in use; what tells no memory is not there', () => {
  expect(store.queries.deviceMemory('gpu')).toEqual({
    devices: [
      { device: 'gpu 2', peak: 7, total: null, readings: 1 },
      { device: 'gpu 10', peak: 9, total: 80, readings: 2 },
    ],
    moreDevices: 0,
  });
  expect(store.queries.deviceMemory('bare')).toEqual({ devices: [], moreDevices: 0 });
});

test('seconds of several lanes are one lane’s share; a step without tokens makes no rate', () => {
  const { steps, stride, total } = store.queries.speed('spans', { room: 100 });
  expect(stride).toBe(1);
  expect(steps[0]).toEqual({
    from: 1,
    to: 1,
    sampling: { tokens: 100, sequences: null, seconds: 5 },
    training: { tokens: 300, sequences: 10, seconds: 2 },
  });
  expect(steps[2].sampling).toEqual({ tokens: null, sequences: null, seconds: 9 });
  expect(total).toEqual({
    sampling: { tokens: 150, sequences: null, seconds: 7 },
    training: { tokens: 300, sequences: 10, seconds: 2 },
  });
  expect(store.queries.speed('spans', { room: 1 }).steps).toEqual([{ from: 1, to: 3, ...total }]);
});

test('what the metrics say of seconds counts before the spans; what nobody tells is not known', () => {
  expect(store.queries.speed('metrics', { room: 100 }).total).toEqual({
    sampling: { tokens: null, sequences: null, seconds: 3 },
    training: { tokens: 10, sequences: null, seconds: 2 },
  });
  const unknown = { tokens: null, sequences: null, seconds: null };
  expect(store.queries.speed('bare', { room: 100 })).toEqual({ steps: [], stride: 1, total: { sampling: unknown, training: unknown } });
});
