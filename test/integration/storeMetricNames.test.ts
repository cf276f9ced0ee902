import { allRows } from '../../src/core/listPages.js';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { Store } from '../../src/store/store.js';
import type { StoreQueries } from '../../src/store/questions.js';
import { aGroup, aMetrics, aRun, aSolution } from '../builders/aRun.js';

let root: string;
let runs: string;
let store: Store | undefined;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-trends-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(() => {
  store?.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

async function ingested(): Promise<StoreQueries> {
  store = await Store.open({ root });
  expect(store.catchUp()).toEqual([]);
  return store.queries;
}

/** Metrics of steps 1, 2, …, as the values of each name. */
function metricEvents(values: Record<string, (number | string)[]>): EventBody[] {
  const steps = Math.max(...Object.values(values).map((v) => v.length));
  return Array.from({ length: steps }, (_, i) => ({
    type: 'metrics',
    step: i + 1,
    values: Object.fromEntries(Object.entries(values).flatMap(([name, v]) => (i < v.length ? [[name, v[i]]] : []))),
  })) as EventBody[];
}

test('a metric is constant when it was told often enough and never moved', async () => {
  const run = aRun()
    .with(...metricEvents({ still: [0, 0, 0], moves: [0, 0, 1], once: [5], gap: [0, 'NaN', 0] }))
    .write(runs);
  const queries = await ingested();
  expect(queries.constants(run.id, 2).rows).toEqual([{ metric: 'still', value: 0, n: 3 }]);
  expect(queries.constants(run.id, 4).rows).toEqual([]);
});

test('a trend says since when a metric is no number any more, and keeps the numbers before', async () => {
  const run = aRun()
    .with(...metricEvents({ kl: [0.1, 0.2, 'NaN', 'Infinity'], gap: [0.1, 'NaN', 0.3, 0.4], never: ['NaN', 'NaN', 'NaN', 'NaN'] }))
    .write(runs);
  const trends = (await ingested()).trends(run.id, ['kl', 'gap', 'never'], 10);
  expect(trends).toMatchObject([
    { metric: 'kl', count: 2, last: 0.2, brokenSince: 3 },
    { metric: 'gap', count: 3, last: 0.4, brokenSince: null },
  ]);
});

test('names that every object has are names of metrics too', async () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
  const values = Object.fromEntries(names.map((name, i): [string, number] => [name, i]));
  const run = aRun().with({ type: 'metrics', step: 1, values }, { type: 'metrics', step: 2, values }).write(runs);
  const queries = await ingested();
  expect(queries.metricNames(run.id).rows).toEqual(names.toSorted());
  expect(queries.series([run.id], { metrics: names, room: 10 })[0].metrics.map((m) => m.value)).toEqual(names.map((_, i) => [i, i]));
});

test('names of metrics come in pages', async () => {
  const run = aRun()
    .with(aMetrics(1, { sub_19: 1, sub_2: 1, sub_20: 1 }))
    .write(runs);
  const queries = await ingested();
  const whole = queries.metricNames(run.id);
  expect(whole.rows.filter((n) => n.startsWith('sub'))).toEqual(['sub_19', 'sub_2', 'sub_20']);
  expect(whole.next).toBeNull();
  for (const limit of [1, 2, whole.rows.length])
    expect(await allRows((after) => queries.metricNames(run.id, { after, limit }))).toEqual(whole.rows);
});

test('rewards of a step: a bar for each of a few values, equally wide ones for many, and what has none', async () => {
  const group = (step: number, index: number, rewards: (number | 'NaN')[]): EventBody => ({
    type: 'group',
    step,
    group: index,
    question_id: `q${index}`,
    question: 'q',
    gold: null,
    solutions: rewards.map((reward, i) => ({ ...aSolution(i), reward })),
  });
  const run = aRun()
    .with(group(1, 0, [0, 1, 1]), group(1, 1, [0.5, 'NaN']), group(2, 0, [7]))
    .with(...Array.from({ length: 40 }, (_, i) => group(3, i, [i / 10])))
    .write(runs);
  const queries = await ingested();
  expect(queries.rewards(run.id, 1)).toEqual({
    bins: [
      { low: 0, high: 0, n: 1 },
      { low: 0.5, high: 0.5, n: 1 },
      { low: 1, high: 1, n: 2 },
    ],
    unrewarded: 1,
    counted: 2,
    groups: 2,
  });
  const wide = queries.rewards(run.id, 3);
  expect(wide.bins).toHaveLength(20);
  expect(wide.bins.reduce((sum, b) => sum + b.n, 0)).toBe(40);
  expect([wide.bins[0].low, wide.bins.at(-1)!.high]).toEqual([0, 4]);
  expect(queries.lengths(run.id, 1)).toEqual({
    bins: [{ low: aSolution(0).tokens, high: aSolution(0).tokens, n: 5 }],
    counted: 2,
    groups: 2,
  });
  expect(queries.rewards(run.id, 9)).toEqual({ bins: [], unrewarded: 0, counted: 0, groups: 0 });
});

test('steps with groups are found however many steps without lie after them, and each is told once', async () => {
  const run = aRun()
    .with(aGroup(1, 0), aGroup(1, 1), aGroup(7, 0))
    .with(...Array.from({ length: 300 }, (_, i) => aMetrics(8 + i)))
    .write(runs);
  const bare = aRun('bare').with(aMetrics(1)).write(runs);
  const queries = await ingested();
  expect(queries.groupSteps(run.id, {}).rows).toEqual([7, 1]);
  expect(queries.groupSteps(run.id, { limit: 1 }).rows).toEqual([7]);
  expect([queries.groupSteps(bare.id, {}).rows, queries.groupSteps('nobody', {}).rows]).toEqual([[], []]);
});
