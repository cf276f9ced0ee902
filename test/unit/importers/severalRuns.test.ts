/** Two runs of a format in one folder: nothing of one is laid over the other, or left out, without a word. */
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import type { ImportNote } from '../../../src/importers/importer.js';
import { runSource } from '../../../src/importers/runSource.js';
import { runsOf } from '../../../src/importers/severalRuns.js';
import { importerById } from '../../../src/importers/index.js';
import { inspectEval } from '../../../src/importers/formats/inspect/inspectEval.js';
import { lighteval } from '../../../src/importers/formats/lighteval/lighteval.js';
import { tensorboard } from '../../../src/importers/formats/tensorboard/tensorboard.js';
import { trl } from '../../../src/importers/formats/trl/trl.js';
import { goldens } from '../../builders/goldens.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';
import { python } from '../../builders/python.js';

const several = (notes: readonly ImportNote[]): ImportNote | undefined => notes.find(({ id }) => id === 'several-runs');

test.for(goldens.filter((golden) => !golden.several))('$name', async ({ format, fixture, options, pickled }, { skip }) => {
  if (pickled && python === undefined) skip('no Python 3.8 or newer reads pickles here');
  const importer = importerById(format)!;
  const from = join(importFixtures, fixture);
  const folder = scratch();
  for (const copy of ['first', 'second'])
    cpSync(from, join(folder, copy, ...(statSync(from).isFile() ? [basename(from)] : [])), { recursive: true });
  const note = several((await importOf(importer, folder, options)).notes);
  expect(note?.level).toBe('warning');
  for (const word of ['2 ', 'first', 'second', 'alone']) expect(note?.message).toContain(word);

  // Each place that can be chosen is a run by itself, and one of the two is the fixture as it is.
  const alone = await importOf(importer, from, options);
  expect(several(alone.notes)).toBeUndefined();
  const whole = folderSource(folder);
  const runs = await runsOf(importer, whole);
  expect(runs).toHaveLength(2);
  for (const { id } of runs) {
    const chosen = await importOf(importer, runSource(importer, whole, id), options);
    expect(several(chosen.notes)).toBeUndefined();
    expect(chosen.notes.find((one) => one.id === 'one-of-several')?.message).toContain('One of 2 runs that are here.');
    expect(standing(chosen.events)).toEqual(standing(alone.events));
  }
});

test('a TRL run beside starts that were given up is told from them', async () => {
  const folder = scratch();
  for (const start of ['start-1', 'start-2'])
    cpSync(
      join(importFixtures, 'trl/grpo/completions/completions_00001.parquet'),
      join(folder, start, 'completions/completions_00001.parquet'),
    );
  cpSync(join(importFixtures, 'trl/grpo'), join(folder, 'whole'), { recursive: true });
  const { notes } = await importOf(trl, folder);
  expect(several(notes)?.message).toBe(
    '3 runs seem to be here: start-1 (1 file), start-2 (1 file), whole (5 files). Where two have the same step, the groups of the last one stand; curves are those of the trainer_state.json that goes furthest. Import one of them alone to see it by itself, or each as a run of its own.',
  );
});

const events = join(importFixtures, 'tensorboard/tensors/events.out.tfevents.1787000000.host.2');
const eventFile = (i: number): string => `events.out.tfevents.17870000${String(i).padStart(2, '0')}.host.2`;

test('of 23 restarts in one folder the newest stands, and the 22 others are named', async () => {
  const folder = scratch();
  for (let i = 0; i < 23; i++) cpSync(events, join(folder, eventFile(i)));
  const note = several((await importOf(tensorboard, folder)).notes);
  expect(note?.level).toBe('warning');
  expect(note?.message).toContain('23 event files are here');
  expect(note?.message).toContain(`Of 22 nothing is shown: ${eventFile(0)} (steps 1 to 3), `);
  expect(note?.message).toContain('and 14 more');
  const whole = folderSource(folder);
  const runs = await runsOf(tensorboard, whole);
  expect(runs).toHaveLength(23);
  expect((await importOf(tensorboard, runSource(tensorboard, whole, runs[5].id))).events).not.toEqual([]);
});

test('one event file is one run, and nothing is said, however often it is looked at', async () => {
  const folder = scratch();
  cpSync(events, join(folder, eventFile(1)));
  const session = tensorboard.open(folderSource(folder), {});
  await look(session);
  expect(several((await look(session)).notes)).toBeUndefined();
});

test('logs of Inspect that are read as one run are counted by task', async () => {
  const folder = scratch();
  const log = JSON.parse(readFileSync(join(importFixtures, 'inspect/2026-08-22T10-00-00_sums_fixture.json'), 'utf8')) as {
    eval: { task: string };
  };
  for (const [i, task] of ['val', 'val', 'rollout'].entries()) {
    mkdirSync(join(folder, `00${i}_${task}`));
    writeFileSync(join(folder, `00${i}_${task}`, '2026-08-22T10-00-00_x.json'), JSON.stringify({ ...log, eval: { ...log.eval, task } }));
  }
  const note = several((await importOf(inspectEval, folder)).notes);
  expect(note?.message).toContain('3 logs are read as one run: val (2 logs), rollout (1 log).');
  expect(note?.message).toContain('002_rollout/2026-08-22T10-00-00_x.json');
});

test('results of one model at several times: which stand, and which do not', async () => {
  const folder = scratch();
  const results = readFileSync(join(importFixtures, 'lighteval/run/results/listed/results_2026-11-24T02-07-28.358654.json'));
  mkdirSync(join(folder, 'results/listed'), { recursive: true });
  for (const day of ['21', '22', '23']) writeFileSync(join(folder, `results/listed/results_2026-11-${day}T02-07-28.358654.json`), results);
  const { notes } = await importOf(lighteval, folder);
  const again = notes.find(({ id }) => id === 'results-again');
  expect(again?.level).toBe('warning');
  expect(again?.message).toContain('3 files tell scores of the same tasks');
  expect(again?.message).toContain('results/listed/results_2026-11-23T02-07-28.358654.json');
});
