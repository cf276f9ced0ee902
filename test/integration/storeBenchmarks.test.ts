import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mergePages } from '../../src/store/benchmarkPages.js';
import { Store } from '../../src/store/store.js';
import type { StoreQueries } from '../../src/store/questions.js';
import type { BenchmarkCursor, BenchmarkPage } from '../../src/store/views.js';
import { aBenchmark, aRun } from '../builders/aRun.js';

let root: string;
let runs: string;
const opened: Store[] = [];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-benchmarks-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

async function ingest(trace?: (sql: string) => void): Promise<Store> {
  const store = await Store.open({ root, ...(trace && { trace }) });
  opened.push(store);
  expect(store.catchUp()).toEqual([]);
  return store;
}

function everyPage(ask: StoreQueries['allBenchmarks'], limit: number): BenchmarkPage[] {
  const pages: BenchmarkPage[] = [];
  for (let after: BenchmarkCursor | undefined; ;) {
    const page = ask({ limit, ...(after && { after }) });
    pages.push(page);
    if (page.next === null) return pages;
    after = page.next;
  }
}

/** base → SFT → GRPO, and an evaluation of the GRPO run's checkpoint 40. */
function aChain(): void {
  const sft = { run: 'sft-1', step: 100, checkpoint: 'checkpoints/100' };
  const grpo = { run: 'grpo-1', step: 40, checkpoint: 'checkpoints/40' };
  const data = {
    experiment: {
      name: 'arith',
      path: null,
      source: '',
      resolved: { data: { generator: 'arithmetic', mixture: [{ dataset: 'math', share: 1 }] } },
    },
  };
  aRun('sft-1')
    .being({ method: 'sft', ...data })
    .with(aBenchmark(0, 'held-out', 0.01), aBenchmark(100, 'held-out', 0.3))
    .write(runs);
  aRun('grpo-1')
    .being({ parent: sft })
    .with(aBenchmark(0, 'held-out', 0.31), aBenchmark(40, 'held-out', 0.5))
    .write(runs);
  aRun('eval-1')
    .being({ method: 'evaluate', parent: grpo })
    .with(aBenchmark(40, 'gsm', 0.2))
    .write(runs);
}

test('results of all runs are told of the checkpoint they speak of', async () => {
  aChain();
  const { queries } = await ingest();
  const { results, runs: known, next } = queries.allBenchmarks({ limit: 100 });
  expect(next).toBeNull();
  expect(results.map((r) => [r.run, r.suite, r.value, r.of])).toEqual([
    ['eval-1', 'gsm', 0.2, { run: 'grpo-1', step: 40 }],
    ['grpo-1', 'held-out', 0.31, { run: 'sft-1', step: 100 }],
    ['grpo-1', 'held-out', 0.5, { run: 'grpo-1', step: 40 }],
    ['sft-1', 'held-out', 0.01, { run: 'sft-1', step: 0 }],
    ['sft-1', 'held-out', 0.3, { run: 'sft-1', step: 100 }],
  ]);
  const of = (id: string) => known.find((r) => r.id === id);
  expect(of('sft-1')).toMatchObject({ method: 'sft', stage: 'sft', lineage: [], trainedOn: ['arithmetic', 'math'] });
  expect(of('grpo-1')).toMatchObject({ method: 'grpo', stage: 'rl', lineage: [{ run: 'sft-1', step: 100 }], trainedOn: [] });
  expect(of('eval-1')).toMatchObject({
    stage: null,
    lineage: [
      { run: 'sft-1', step: 100 },
      { run: 'grpo-1', step: 40 },
    ],
  });
});

test('weights that no run here made are called what the files call them', async () => {
  const resolved = {
    inspect: { model: 'openai/gpt-x' },
    lighteval: { model_name: 'listed' },
    'lm-eval': { model: 'hf', model_args: 'pretrained=EleutherAI/pythia-70m,dtype=float32' },
    'lm-eval-record': { model: 'hf', model_args: { pretrained: 'tiny' } },
    silent: {},
  };
  for (const [id, config] of Object.entries(resolved)) {
    const experiment = { name: id, path: null, source: '', resolved: config };
    aRun(id)
      .being({ method: 'eval', experiment })
      .with(aBenchmark(1, 'gsm', 0.1))
      .write(runs);
  }
  aChain();
  const { queries } = await ingest();
  const { runs: known } = queries.allBenchmarks({ limit: 100 });
  expect(Object.keys(resolved).map((id) => known.find((r) => r.id === id)?.model)).toEqual([
    'openai/gpt-x',
    'listed',
    'EleutherAI/pythia-70m',
    'tiny',
    null,
  ]);
  expect(known.find((r) => r.id === 'eval-1')?.model).toBeNull();
});

test('an evaluation of what was deleted, of itself and of step 0 is told of what can be known', async () => {
  aRun('lost')
    .being({ method: 'evaluate', parent: { run: 'gone', step: 5, checkpoint: 'c' } })
    .with(aBenchmark(5, 'gsm', 0.1))
    .write(runs);
  aRun('fresh')
    .being({ method: 'evaluate' })
    .with(aBenchmark(1, 'gsm', 0.1), aBenchmark(2, 'math', 0.1))
    .write(runs);
  aRun('self')
    .being({ method: 'evaluate', parent: { run: 'self', step: 5, checkpoint: 'c' } })
    .with(aBenchmark(5, 'gsm', 0.1))
    .write(runs);
  aChain();
  aRun('start')
    .being({ method: 'evaluate', parent: { run: 'grpo-1', step: 0, checkpoint: 'c' } })
    .with(aBenchmark(0, 'gsm', 0.1))
    .write(runs);
  const { queries } = await ingest();
  const { results, runs: known } = queries.allBenchmarks({ limit: 100 });
  const of = (run: string) => results.find((r) => r.run === run)?.of;
  expect(of('lost')).toEqual({ run: 'gone', step: 5 });
  expect(of('self')).toEqual({ run: 'self', step: 5 });
  expect(of('start')).toEqual({ run: 'sft-1', step: 100 });
  expect(['gsm', 'math'].map((suite) => results.find((r) => r.run === 'fresh' && r.suite === suite)?.of)).toEqual([
    { run: 'fresh', step: 0 },
    { run: 'fresh', step: 0 },
  ]);
  expect(known.find((r) => r.id === 'gone')).toBeUndefined();
  expect(known.find((r) => r.id === 'self')?.lineage).toEqual([]);
});

test('what a resumed run has taken back, and what a deleted run told, is gone', async () => {
  const run = aRun('a')
    .with(aBenchmark(10, 'gsm', 0.1), aBenchmark(20, 'gsm', 0.2))
    .resumedFrom(10)
    .with(aBenchmark(30, 'gsm', 0.3))
    .write(runs);
  aRun('b')
    .with(aBenchmark(10, 'gsm', 0.4))
    .write(runs);
  const store = await ingest();
  const values = () => store.queries.allBenchmarks({ limit: 100 }).results.map((r) => r.value);
  expect(values()).toEqual([0.1, 0.3, 0.4]);
  run.append(aBenchmark(30, 'gsm', 0.35));
  rmSync(join(runs, 'b'), { recursive: true });
  store.catchUp();
  expect(values()).toEqual([0.1, 0.35]);
});

test('pages follow each other without a gap, also those of two folders, and a rebuilt database gives the same', async () => {
  for (const id of ['c', 'a', 'b'])
    aRun(id)
      .with(...['gsm', 'math'].flatMap((suite) => [0, 1, 2].map((step) => aBenchmark(step, suite, step / 10))))
      .write(runs);
  aChain();
  const store = await ingest();
  const whole = store.queries.allBenchmarks({ limit: 1000 });
  expect(whole.results).toHaveLength(23);
  for (const limit of [1, 4, 22, 23]) {
    const pages = everyPage((page) => store.queries.allBenchmarks(page), limit);
    expect(pages.flatMap((p) => p.results)).toEqual(whole.results);
    expect(pages).toHaveLength(Math.ceil(23 / limit));
  }
  const part =
    (wanted: string[]): StoreQueries['allBenchmarks'] =>
    ({ after, limit }) => {
      const all = store.queries.allBenchmarks({ limit: 1000, ...(after && { after }) });
      const mine = all.results.filter((r) => wanted.includes(r.run));
      return { results: mine.slice(0, limit), runs: all.runs, next: mine.length > limit ? (whole.next ?? { ...mine[limit - 1] }) : null };
    };
  const two = [part(['a', 'c', 'grpo-1']), part(['b', 'eval-1', 'sft-1'])];
  const merged = everyPage(
    (page) =>
      mergePages(
        two.map((ask) => ask(page)),
        page.limit,
      ),
    5,
  );
  expect(merged.flatMap((p) => p.results)).toEqual(whole.results);
  store.rebuild();
  expect(store.queries.allBenchmarks({ limit: 1000 })).toEqual(whole);
});

test('a page asks the database the same few things, however many results there are', async () => {
  for (let i = 0; i < 20; i++)
    aRun(`run-${String(i).padStart(2, '0')}`)
      .with(...Array.from({ length: 500 }, (_, step) => aBenchmark(step, 'gsm', 0.5)))
      .write(runs);
  let count = 0;
  const store = await ingest(() => count++);
  expect(everyPage((page) => store.queries.allBenchmarks(page), 1000).flatMap((p) => p.results)).toHaveLength(10_000);
  count = 0;
  store.queries.allBenchmarks({ limit: 1000, after: { run: 'run-10', suite: 'gsm', mode: 'greedy', step: 77 } });
  expect(count).toBe(3); // which runs changed, how many there are, and the page
});
