import { expect, test } from 'vitest';
import type { RunSeries } from '../../../src/store/views.js';
import { ChartData } from '../../../webview/dashboard/chartData.js';
import { chartList, type ChartSpec } from '../../../webview/dashboard/chartList.js';

const charts = (...names: string[]): ChartSpec[] => names.flatMap((name) => chartList([name]));
const aSeries = (run: string): RunSeries => ({ run, step: [1], tokens: [null], seconds: [0], metrics: [], steps: 1, stride: 1 });
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Answers when it is told to, in the order of the questions. */
class RecordingStore {
  readonly ids: string[] = [];
  private readonly waiting: ((answer: RunSeries[] | undefined) => void)[] = [];
  readonly data = new ChartData(
    ({ id }) => {
      this.ids.push(id);
      return new Promise((resolve) => this.waiting.push(resolve));
    },
    () => undefined,
  );

  async answer(run: string | undefined, times = 1): Promise<void> {
    for (let i = 0; i < times; i++) this.waiting.shift()?.(run === undefined ? undefined : [aSeries(run)]);
    await settled();
  }
}

test('charts that are near ask once, a few at a time; those that went away meanwhile do not ask', async () => {
  const store = new RecordingStore();
  store.data.show(charts('a', 'b', 'c', 'd', 'e', 'f'));
  expect(store.ids).toHaveLength(4);
  store.data.show(charts('a', 'b', 'c', 'd', 'z'));
  await store.answer('run', 4);
  expect(store.ids.slice(4)).toEqual(['other-z']);
  await store.answer('run');
  store.data.show(charts('a', 'b', 'c', 'd', 'z'));
  expect(store.ids).toHaveLength(5);
});

test('what went far is forgotten, and asks again when it comes back', async () => {
  const store = new RecordingStore();
  store.data.show(charts('a'));
  await store.answer('run');
  expect(store.data.of('other-a')).toHaveLength(1);
  store.data.show([]);
  expect(store.data.of('other-a')).toBeUndefined();
  store.data.show(charts('a'));
  expect(store.ids).toEqual(['other-a', 'other-a']);
});

test('when something has changed all are asked again, and what was known stays until the answer is there', async () => {
  const store = new RecordingStore();
  store.data.show(charts('a'));
  await store.answer('old');
  store.data.renew();
  expect(store.data.of('other-a')).toEqual([aSeries('old')]);
  await store.answer('new');
  expect(store.data.of('other-a')).toEqual([aSeries('new')]);
});

test('a change while the answer is on its way is asked for after it', async () => {
  const store = new RecordingStore();
  store.data.show(charts('a'));
  store.data.renew();
  expect(store.ids).toHaveLength(1);
  await store.answer('old');
  expect(store.ids).toHaveLength(2);
  await store.answer('new');
  expect(store.data.of('other-a')).toEqual([aSeries('new')]);
});

test('a question that fails is not asked forever', async () => {
  const store = new RecordingStore();
  store.data.show(charts('a'));
  await store.answer(undefined);
  expect(store.ids).toHaveLength(1);
  expect(store.data.of('other-a')).toEqual([]);
});

test('an answer about another run comes to nothing', async () => {
  const store = new RecordingStore();
  store.data.show(charts('a'));
  store.data.forget();
  store.data.show(charts('a'));
  await store.answer('the run before');
  expect(store.data.of('other-a')).toBeUndefined();
  await store.answer('this run');
  expect(store.data.of('other-a')).toEqual([aSeries('this run')]);
});
