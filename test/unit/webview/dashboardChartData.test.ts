import { expect, test } from 'vitest';
import type { RunSeries } from '../../../src/store/views.js';
import { ChartData } from '../../../webview/dashboard/chartData.js';
import { chartList, type ChartSpec } from '../../../webview/dashboard/chartList.js';

const charts = (...names: string[]): ChartSpec[] => names.flatMap((name) => chartList([name]));
const aSeries = (run: string): RunSeries => ({ run, step: [1], tokens: [null], seconds: [0], metrics: [], steps: 1, stride: 1 });
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Answers when it is told to, in the order of the questions. */
class AskedStore {
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
  const asked = new AskedStore();
  asked.data.show(charts('a', 'b', 'c', 'd', 'e', 'f'));
  expect(asked.ids).toHaveLength(4);
  asked.data.show(charts('a', 'b', 'c', 'd', 'z'));
  await asked.answer('run', 4);
  expect(asked.ids.slice(4)).toEqual(['other-z']);
  await asked.answer('run');
  asked.data.show(charts('a', 'b', 'c', 'd', 'z'));
  expect(asked.ids).toHaveLength(5);
});

test('what went far is forgotten, and asks again when it comes back', async () => {
  const asked = new AskedStore();
  asked.data.show(charts('a'));
  await asked.answer('run');
  expect(asked.data.of('other-a')).toHaveLength(1);
  asked.data.show([]);
  expect(asked.data.of('other-a')).toBeUndefined();
  asked.data.show(charts('a'));
  expect(asked.ids).toEqual(['other-a', 'other-a']);
});

test('when something has changed all are asked again, and what was known stays until the answer is there', async () => {
  const asked = new AskedStore();
  asked.data.show(charts('a'));
  await asked.answer('old');
  asked.data.renew();
  expect(asked.data.of('other-a')).toEqual([aSeries('old')]);
  await asked.answer('new');
  expect(asked.data.of('other-a')).toEqual([aSeries('new')]);
});

test('a change while the answer is on its way is asked for after it', async () => {
  const asked = new AskedStore();
  asked.data.show(charts('a'));
  asked.data.renew();
  expect(asked.ids).toHaveLength(1);
  await asked.answer('old');
  expect(asked.ids).toHaveLength(2);
  await asked.answer('new');
  expect(asked.data.of('other-a')).toEqual([aSeries('new')]);
});

test('a question that fails is not asked forever', async () => {
  const asked = new AskedStore();
  asked.data.show(charts('a'));
  await asked.answer(undefined);
  expect(asked.ids).toHaveLength(1);
  expect(asked.data.of('other-a')).toEqual([]);
});

test('an answer about another run comes to nothing', async () => {
  const asked = new AskedStore();
  asked.data.show(charts('a'));
  asked.data.forget();
  asked.data.show(charts('a'));
  await asked.answer('the run before');
  expect(asked.data.of('other-a')).toBeUndefined();
  await asked.answer('this run');
  expect(asked.data.of('other-a')).toEqual([aSeries('this run')]);
});
