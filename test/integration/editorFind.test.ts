/** What the page of a search is answered by the window, and what it writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FindView, Found, FoundFacets } from '../../src/contracts/find.js';
import { parquetSchema } from '../../src/importers/files/parquet.js';
import { aGroup, aRun, aStatus } from '../builders/aRun.js';
import { AWindow } from '../builders/aWindow.js';
import { fake, Uri } from '../builders/fakeVscode.js';

let window: AWindow;
beforeEach(async () => {
  window = new AWindow();
  const run = aRun('sums-1').being({ name: 'sums one' });
  for (let step = 1; step <= 4; step++) run.with(aGroup(step, 0, 8));
  run.with(aStatus(4, 'finished')).write(window.runsDir);
  aRun('other-1').withSteps(1).with(aStatus(1, 'finished')).write(window.runsDir);
  await window.open();
});
afterEach(() => window.close());

let id = 0;
async function ask<T>(method: string, params: unknown): Promise<T> {
  const panel = fake.panels.find((p) => p.viewType === 'grpoLab.find')!;
  const mine = ++id;
  panel.received.fire({ kind: 'request', id: mine, method, params });
  type Response = { id?: number; kind: string; ok?: boolean; result?: T; error?: string };
  const response = (): Response | undefined => (panel.sent as Response[]).find((m) => m.id === mine && m.kind === 'response');
  await expect.poll(response).toBeDefined();
  if (response()!.ok !== true) throw new Error(response()!.error);
  return response()!.result as T;
}

async function whole(params: object): Promise<Found> {
  let found = await ask<Found>('find/search', { run: null, limit: 1000, ...params });
  const rows = [...found.rows];
  while (found.end === null) {
    found = await ask<Found>('find/more', {});
    rows.push(...found.rows);
  }
  return { ...found, rows };
}

test('a run’s row opens a search of that run, whose title and link say what is sought', async () => {
  await fake.command('grpoLab.open', '/find/runs/sums-1/by reward/where "answer is"');
  expect(fake.tabs()).toEqual(['Find "answer is" · sums one']);
  expect(await ask<FindView>('find/open', { run: 'sums-1' })).toMatchObject({
    run: { id: 'sums-1', name: 'sums one' },
    rewards: ['correct'],
    info: [],
    labels: [],
  });
  expect((await ask<FindView>('find/open', {})).runs.map((r) => r.id).sort()).toEqual(['other-1', 'sums-1']);
  expect(await ask('find/open', { run: 'gone-1' })).toBeNull();
  await fake.command('grpoLab.run.copyLink');
  expect(fake.clipboard).toContain('/find/runs/sums-1/by%20reward/where%20%22answer%20is%22?folder=');
});

test('a search is told as it goes on; facets count what matches; another one ends it', async () => {
  await fake.command('grpoLab.find');
  const found = await whole({ filter: '"answer is" and advantage > 0', run: 'sums-1' });
  expect(found).toMatchObject({ matched: 16, unknown: 0, end: 'all', all: 32 });
  expect(found.rows.map((r) => r.address.step)).toEqual([4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1]);
  const best = await whole({ filter: '', run: 'sums-1', order: 'kl', limit: 4 });
  expect(best.rows.map((r) => r.address.solution)).toEqual([7, 7, 7, 7]);
  const facets = await ask<FoundFacets>('find/facets', { filter: '', run: 'sums-1' });
  expect(Object.fromEntries(facets.counts.correct!)).toEqual({ yes: 16, no: 16 });
  expect(facets).toMatchObject({ end: 'all', stepWidth: 1, matched: 32 });
  await expect(ask('find/search', { filter: 'rewrad > 1', run: null, limit: 10 })).rejects.toThrow('did you mean reward?');
  await expect(ask('find/search', { filter: '', run: null, limit: 10, order: 'text' })).rejects.toThrow('is no number');
});

test('selected solutions, or all that match, become a file or pairs; what was left out is said', async () => {
  await fake.command('grpoLab.find');
  const file = join(window.folder, 'pairs.jsonl');
  fake.answers = [/Best against Worst/, Uri.file(file)];
  const chosen = [3, 0, 1].map((solution) => ({ run: 'sums-1', step: 2, group: 0, solution }));
  await ask('find/export', { filter: '', run: null, chosen });
  expect(fake.messages.at(-1)).toBe('pairs.jsonl: 1 pair of 3 solutions in 1 group.');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ chosen_solution: 2, rejected_solution: 1, rule: 'best-worst', step: 2 });
  const table = join(window.folder, 'all.csv');
  fake.answers = [/CSV/, Uri.file(table)];
  await ask('find/export', { filter: 'step > 2', run: 'sums-1', chosen: null });
  expect(fake.messages.at(-1)).toBe('all.csv: 16 solutions in 2 groups.');
  expect(readFileSync(table, 'utf8').split('\r\n')).toHaveLength(18);
  const typed = join(window.folder, 'all.parquet');
  fake.answers = [/^Parquet$/, Uri.file(typed)];
  await ask('find/export', { filter: 'step > 2', run: 'sums-1', chosen: null });
  expect(fake.messages.at(-1)).toBe('all.parquet: 16 solutions in 2 groups.');
  expect((await parquetSchema(typed)).rows).toBe(16);
  // Whoever thinks better of it writes nothing.
  fake.answers = [/JSON Lines/, undefined];
  const before = fake.messages.length;
  await ask('find/export', { filter: '', run: null, chosen: null });
  expect(fake.messages).toHaveLength(before);
});
