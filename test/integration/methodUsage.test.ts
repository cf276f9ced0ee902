import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { groupFor, usageOf } from '../../src/editor/pages/methodUsage.js';
import { Store } from '../../src/store/store.js';
import type { StoreClientQueries } from '../../src/store/questions.js';
import { aBenchmark, aRun } from '../builders/aRun.js';

let root: string;
let runs: string;
let store: Store | undefined;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-usage-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(() => {
  store?.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

/** The store as its users hold it, without the thread. */
async function ingest(): Promise<StoreClientQueries> {
  store = await Store.open({ root });
  expect(store.catchUp()).toEqual([]);
  const answers = Object.entries(store.queries).map(([name, answer]: [string, (...args: never[]) => unknown]) => [
    name,
    (...args: never[]) => Promise.resolve(answer(...args)),
  ]);
  return Object.fromEntries(answers) as StoreClientQueries;
}

test('each method with its runs and the best it reached on held-out questions, its beginning not counted', async () => {
  const parent = { run: 'sft-1', step: 100, checkpoint: 'c' };
  aRun('sft-1')
    .being({ method: 'sft' })
    .with(aBenchmark(0, 'held-out', 0.9), aBenchmark(100, 'held-out', 0.3))
    .write(runs);
  aRun('grpo-1')
    .being({ parent, created: '2026-01-01T00:00:00.000Z' })
    .with(aBenchmark(0, 'held-out', 0.35), aBenchmark(9, 'gsm', 0.99))
    .write(runs);
  aRun('grpo-2')
    .being({ parent, created: '2026-01-02T00:00:00.000Z' })
    .with(aBenchmark(20, 'held-out', 0.6), aBenchmark(40, 'held-out', 0.5))
    .write(runs);
  aRun('eval-1')
    .being({ method: 'evaluate', parent: { run: 'grpo-1', step: 40, checkpoint: 'c' } })
    .with(aBenchmark(40, 'held-out', 0.7))
    .write(runs);
  const usage = await usageOf(await ingest());
  expect(usage.find((u) => u.method === 'grpo')).toEqual({
    method: 'grpo',
    runs: 2,
    newest: { run: 'grpo-2', name: 'grpo-2' },
    best: { run: 'grpo-1', name: 'grpo-1', step: 40, value: 0.7, n: 200 },
  });
  // What the GRPO runs measured before their first step was the SFT model.
  expect(usage.find((u) => u.method === 'sft')?.best).toMatchObject({ step: 100, value: 0.35 });
  expect(usage.map((u) => u.method)).not.toContain('evaluate');
});

test('the group that was asked for, else a recent one with right and wrong solutions, else none', async () => {
  aRun('old').being({ created: '2026-01-01T00:00:00.000Z' }).withSteps(3).write(runs);
  aRun('new')
    .being({ method: 'sft', created: '2026-01-02T00:00:00.000Z' })
    .with(aBenchmark(1, 'held-out', 0.5))
    .write(runs);
  const queries = await ingest();
  expect((await groupFor(undefined, queries))?.group).toMatchObject({ run: 'old', step: 3, group: 0 });
  const answers = await groupFor({ run: 'old', step: 2, group: 1 }, queries);
  expect(answers).toMatchObject({ method: 'grpo', group: { run: 'old', step: 2, group: 1 } });
  expect(await groupFor({ run: 'old', step: 2, group: 99 }, queries)).toBeNull();
  expect(await groupFor({ run: 'new' }, queries)).toBeNull();
});
