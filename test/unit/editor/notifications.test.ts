import { beforeEach, expect, test } from 'vitest';
import { Notifications } from '../../../src/editor/notifications.js';
import type { Runs, RunUpdate } from '../../../src/editor/runs.js';
import type { StoreClientQueries } from '../../../src/store/questions.js';
import { aSummary } from '../../builders/aSummary.js';
import { EventEmitter, fake } from '../../builders/fakeVscode.js';

const updates = new EventEmitter<RunUpdate[]>();
let inSight: string[];
beforeEach(() => {
  fake.reset();
  updates.dispose();
  inSight = [];
  const store = { run: () => Promise.resolve(null) } as unknown as StoreClientQueries;
  new Notifications({ onDidUpdate: updates.event } as unknown as Runs, store, (run) => inSight.includes(run));
});

const before = aSummary({ id: 'a', name: 'sums-1' });
const after = { ...before, state: 'finished', latest: { 'reward/mean': 0.5 }, updated: '2100-01-01T00:00:00.000Z' } as const;

test('a run that has finished is told', () => {
  updates.fire([{ id: 'a', before, after }]);
  expect(fake.messages).toEqual(['sums-1 has finished: reward 0.500.']);
});

test('not over the page that shows it', () => {
  inSight = ['a'];
  updates.fire([{ id: 'a', before, after }]);
  expect(fake.messages).toEqual([]);
});

test('one that had finished before this window opened is no news: its events were only read now', () => {
  updates.fire([{ id: 'a', before, after: { ...after, updated: before.updated } }]);
  expect(fake.messages).toEqual([]);
});

test('one that died is told wherever one looks', async () => {
  inSight = ['a'];
  updates.fire([{ id: 'a', before, after: { ...before, state: 'died', message: 'killed' } }]);
  await expect.poll(() => fake.messages).toEqual(['sums-1 ended at step 42: killed']);
});

test('an import has not trained here, and opens by itself', () => {
  updates.fire([{ id: 'a', before, after: { ...after, importedFrom: '/data/run', message: 'imported' } }]);
  expect(fake.messages).toEqual([]);
});
