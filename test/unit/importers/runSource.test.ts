/** One run of several, as a source by itself. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOf } from '../../../src/importers/fileTimes.js';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { groupJsonl } from '../../../src/importers/formats/groupJsonl/groupJsonl.js';
import { trl } from '../../../src/importers/formats/trl/trl.js';
import { runSource } from '../../../src/importers/runSource.js';
import { settingsApart } from '../../../src/importing/settingsApart.js';
import { surveyRuns } from '../../../src/importing/surveyRuns.js';
import { importFixtures, importOf, look, scratch } from '../../builders/importing.js';

const grpo = join(importFixtures, 'trl/grpo');
const names = (files: readonly { name: string }[]): string[] => files.map(({ name }) => name);

test('what comes while it is followed is given to the run whose folder it is in', async () => {
  const folder = scratch();
  for (const name of ['a', 'b']) cpSync(join(grpo, 'trainer_state.json'), join(folder, name, 'trainer_state.json'));
  const source = runSource(trl, folderSource(folder), 'a');
  const session = trl.open(source, {});
  await look(session);
  expect(source.root).toBe(join(folder, 'a'));
  cpSync(join(grpo, 'completions'), join(folder, 'b', 'completions'), { recursive: true });
  expect((await look(session)).events).toEqual([]);
  cpSync(join(grpo, 'completions'), join(folder, 'a', 'completions'), { recursive: true });
  expect((await look(session)).events.filter(({ type }) => type === 'group')).toHaveLength(6);
  expect(names(source.listed)).toContain('completions/completions_00001.parquet');
  // A folder that is away is said to be, and read on when it is back.
  rmSync(join(folder, 'a'), { recursive: true });
  await expect(look(session)).rejects.toThrow('it has no run "a". Its runs: b (4 files).');
  cpSync(grpo, join(folder, 'a'), { recursive: true });
  await look(session);
});

test('what is in the folder of no run is left out, and counted', async () => {
  const folder = scratch();
  for (const name of ['a', 'b']) cpSync(grpo, join(folder, name), { recursive: true });
  for (const name of ['notes.txt', 'plot.png']) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, 'ab'));
  writeFileSync(join(folder, 'ab', 'other.txt'), 'x');
  const { notes, run } = await importOf(trl, runSource(trl, folderSource(folder), 'a'));
  expect(notes.find(({ id }) => id === 'one-of-several')?.message).toBe(
    'One of 2 runs that are here. Not read: b (5 files). 3 files belong to none of them and are not read: ab/other.txt, notes.txt, plot.png.',
  );
  expect(run.name).toBe('a');
});

test('a survey that is over in no time says what the files alone tell', async () => {
  const folder = scratch();
  for (const name of ['a', 'b']) cpSync(grpo, join(folder, name), { recursive: true });
  const facts = await surveyRuns(trl, folderSource(folder), {}, new AbortController().signal, 0);
  expect(facts).toMatchObject([
    { id: 'a', files: 5, whole: false, steps: null, problem: null, started: '2026-08-17T20:53:20' },
    { id: 'b' },
  ]);
});

test('a run that cannot be read is listed with the reason, beside those that can', async () => {
  const folder = scratch();
  cpSync(join(importFixtures, 'groups/groups.jsonl'), join(folder, 'a.jsonl'));
  writeFileSync(join(folder, 'b.jsonl'), '{"question": 1}\n');
  const [a, b] = await surveyRuns(groupJsonl, folderSource(folder), {}, new AbortController().signal, 60_000);
  expect(a.problem).toBeNull();
  expect(a.solutions).toBeGreaterThan(0);
  expect(b.problem).toMatch(/^b\.jsonl, line 1: /);
});

test('configurations are compared where it matters', () => {
  const config = (lr: number, more = {}) => ({ args: { lr, output_dir: `/tmp/${lr}`, beta: 0.04 }, run_name: String(lr), ...more });
  expect(settingsApart([config(1e-6), config(2e-6, { tags: ['x'] }), {}])).toEqual([
    { 'args.lr': '0.000001' },
    { 'args.lr': '0.000002', tags: '["x"]' },
    {},
  ]);
  expect(settingsApart([config(1), config(1)])).toEqual([{}, {}]);
});

test('a run began at the earliest time in the names of its files', () => {
  expect(startOf(['run-20260821_100000-ab/run-ab.wandb', 'x.txt'])).toBe('2026-08-21T10:00:00');
  expect(startOf(['b_2026-08-22T10-00-00.json', 'a_2026-08-21T23:59:59.5.json'])).toBe('2026-08-21T23:59:59');
  expect(startOf(['step_1787000000.jsonl'])).toBeNull();
});
