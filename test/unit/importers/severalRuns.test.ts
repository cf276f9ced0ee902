/** Two runs of a format in one folder: nothing of one is laid over the other, or left out, without a word. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runWords } from '../../../src/core/runFacts.js';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import type { Importer, ImportNote } from '../../../src/importers/importer.js';
import { runSource } from '../../../src/importers/runSource.js';
import { runsOf } from '../../../src/importers/severalRuns.js';
import { importerById } from '../../../src/importers/index.js';
import { inspectEval } from '../../../src/importers/formats/inspect/inspectEval.js';
import { lighteval } from '../../../src/importers/formats/lighteval/lighteval.js';
import { tensorboard } from '../../../src/importers/formats/tensorboard/tensorboard.js';
import { trl } from '../../../src/importers/formats/trl/trl.js';
import { wandb } from '../../../src/importers/formats/wandb/wandb.js';
import { surveyRuns } from '../../../src/importing/surveyRuns.js';
import { eventFile, eventFileName } from '../../builders/eventFile.js';
import { goldens } from '../../builders/goldens.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';
import { python } from '../../builders/python.js';
import { writeWandbLog } from '../../builders/wandbFile.js';

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

const folders = fc.uniqueArray(fc.constantFrom('', 'a', 'b/c', 'Run 1', 'x-2', 'deep/er/one', 'zz'), { minLength: 2, maxLength: 2 });

test.for(goldens.filter(({ pickled }) => !pickled))(
  '$name: wherever two of it lie, they are two runs, or twice those that it holds, each what it is alone',
  async (golden) => {
    const { format, fixture, options } = golden;
    const importer = importerById(format)!;
    const from = join(importFixtures, fixture);
    const inOne = golden.several ? await runsOf(importer, folderSource(from)) : [undefined];
    const aloneOf = (id: string | undefined) => (id === undefined ? from : runSource(importer, folderSource(from), id));
    const alone = await Promise.all(inOne.map(async (run) => standing((await importOf(importer, aloneOf(run?.id), options)).events)));
    await fc.assert(
      fc.asyncProperty(folders, async (names) => {
        const folder = scratch();
        for (const name of names) cpSync(from, join(folder, name, statSync(from).isFile() ? basename(from) : ''), { recursive: true });
        const whole = folderSource(folder);
        const runs = await runsOf(importer, whole);
        expect(runs).toHaveLength(2 * inOne.length);
        for (const { id } of runs) {
          const { events: chosen, notes } = await importOf(importer, runSource(importer, whole, id), options);
          expect(alone).toContainEqual(standing(chosen));
          expect(several(notes)).toBeUndefined();
        }
      }),
      { numRuns: 4 },
    );
  },
);

/** As a second run would be called beside the first: another time, another id. */
const beside = (name: string): string =>
  name
    .replace(/tfevents\.1787000000/, 'tfevents.1787000500')
    .replace(/T(\d\d)([-:]\d\d[-:]\d\d)/g, (_, hour: string, rest: string) => `T${(Number(hour) + 1) % 24}`.padEnd(3, '0') + rest)
    .replace(/rloo0001/, 'rloo0002')
    .replace(/^(sums|groups|rows|sums_metrics|training_logs)\.(db|jsonl|csv|json)$/, '$1-again.$2');

test.for(goldens.filter(({ pickled }) => !pickled))(
  '$name: two in one folder, where names allow, are two runs or a note',
  async (golden, { skip }) => {
    const { format, fixture, options } = golden;
    const importer = importerById(format)!;
    const from = join(importFixtures, fixture);
    const folder = scratch();
    const files = await folderSource(from).list();
    if (!files.some(({ name }) => beside(name) !== name)) skip('its files are called alike in every run');
    for (const { path, name } of files)
      for (const each of new Set([name, beside(name)])) {
        mkdirSync(dirname(join(folder, each)), { recursive: true });
        cpSync(path, join(folder, each));
      }
    const runs = await runsOf(importer, folderSource(folder));
    const { notes } = await importOf(importer, folder, options);
    const words = notes.filter(
      ({ id, level }) => level === 'warning' && ['several-runs', 'older', 'results-again', 'steps-again'].includes(id),
    );
    expect(runs.length > 1 || words.length > 0).toBe(true);
    // Whoever imports all of it as one is told in any case.
    expect(words).not.toEqual([]);
  },
);

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
const copyName = (i: number): string => `events.out.tfevents.17870000${String(i).padStart(2, '0')}.host.2`;

test('of 23 restarts in one folder the newest stands, and the 22 others are named', async () => {
  const folder = scratch();
  for (let i = 0; i < 23; i++) cpSync(events, join(folder, copyName(i)));
  const note = several((await importOf(tensorboard, folder)).notes);
  expect(note?.level).toBe('warning');
  expect(note?.message).toContain('23 event files are here');
  expect(note?.message).toContain(`Of 22 nothing is shown: ${copyName(0)} (steps 1 to 3), `);
  expect(note?.message).toContain('and 14 more');
  const whole = folderSource(folder);
  const runs = await runsOf(tensorboard, whole);
  expect(runs).toHaveLength(23);
  expect((await importOf(tensorboard, runSource(tensorboard, whole, runs[5].id))).events).not.toEqual([]);
});

test('one event file is one run, and nothing is said, however often it is looked at', async () => {
  const folder = scratch();
  cpSync(events, join(folder, copyName(1)));
  const session = tensorboard.open(folderSource(folder), {});
  await look(session);
  expect(several((await look(session)).notes)).toBeUndefined();
});

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);
const idsIn = async (importer: Importer, folder: string): Promise<string[]> =>
  (await runsOf(importer, folderSource(folder))).map(({ id }) => id);

test('a restart that goes on is joined to its run, and how much of it was told again is said', async () => {
  const folder = scratch();
  writeFileSync(join(folder, eventFileName(0)), eventFile(range(1, 30)));
  writeFileSync(join(folder, eventFileName(9)), eventFile(range(21, 60)));
  expect(await runsOf(tensorboard, folderSource(folder))).toHaveLength(1);
  const { events: all, notes } = await importOf(tensorboard, folder);
  expect(standing(all).size).toBe(60);
  expect(several(notes)).toMatchObject({ level: 'info' });
  expect(several(notes)?.message).toContain(`${eventFileName(0)} (steps 21 to 30)`);
});

test('of restarts those that go on belong together, and those that begin anew are runs of their own', async () => {
  const folder = scratch();
  writeFileSync(join(folder, eventFileName(0)), eventFile(range(1, 3)));
  writeFileSync(join(folder, eventFileName(1)), eventFile(range(1, 100)));
  writeFileSync(join(folder, eventFileName(2)), eventFile(range(1, 100), ['eval/accuracy']));
  writeFileSync(join(folder, eventFileName(3)), eventFile(range(51, 120)));
  writeFileSync(join(folder, eventFileName(4)), eventFile(range(500, 510)));
  const whole = folderSource(folder);
  const runs = await runsOf(tensorboard, whole);
  expect(runs.map(({ files }) => files.map(({ name }) => name))).toEqual([
    [eventFileName(0)],
    [1, 2, 3].map(eventFileName),
    [eventFileName(4)],
  ]);
  const joined = standing((await importOf(tensorboard, runSource(tensorboard, whole, runs[1].id))).events);
  expect([...joined.keys()].filter((key) => key.endsWith('loss'))).toHaveLength(120);
  expect([...joined.keys()].filter((key) => key.endsWith('accuracy'))).toHaveLength(50);
});

test('any two files of a folder are two runs or one, and as one run it is said what was told twice', async () => {
  const span = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }));
  await fc.assert(
    fc.asyncProperty(span, span, async ([a, aLength], [b, bLength]) => {
      const folder = scratch();
      writeFileSync(join(folder, eventFileName(0)), eventFile(range(a, a + aLength)));
      writeFileSync(join(folder, eventFileName(1)), eventFile(range(b, b + bLength)));
      const runs = await runsOf(tensorboard, folderSource(folder));
      const { notes } = await importOf(tensorboard, folder);
      if (b <= a + aLength) expect(several(notes)).toBeDefined();
      expect(runs).toHaveLength(b > a && b <= a + aLength + (aLength > 0 ? 2 : 2 * Math.max(1, a)) ? 1 : 2);
    }),
    { numRuns: 30 },
  );
});

test('three TRL starts that were given up in the folder of the true run are told from it', async () => {
  const folder = scratch();
  cpSync(join(importFixtures, 'trl/grpo/completions'), join(folder, 'completions'), { recursive: true });
  for (const [i, last] of [2, 1, 3, 40].entries()) {
    mkdirSync(join(folder, 'runs', `start-${i}`), { recursive: true });
    writeFileSync(join(folder, 'runs', `start-${i}`, eventFileName(100 * i)), eventFile(range(1, last), ['train/reward', 'train/loss']));
  }
  // Written while the last one went on.
  for (const name of readdirSync(join(folder, 'completions'))) utimesSync(join(folder, 'completions', name), 1787000400, 1787000400);
  expect(await idsIn(trl, folder)).toEqual(range(0, 3).map((i) => `runs/start-${i}`));
  const whole = folderSource(folder);
  const facts = await surveyRuns(trl, whole, {}, new AbortController().signal, 60_000);
  expect(facts.map(({ steps, solutions }) => [steps?.last, solutions])).toEqual([
    [2, 0],
    [1, 0],
    [3, 0],
    [40, 24],
  ]);
  // What was written last may be going on, so that nothing is said of its end.
  const old = facts.map((run, i) => ({ ...run, written: i }));
  expect(runWords(old[2], old).at(-1)).toBe('aborted after step 3, where another goes to 40');
  expect(runWords(old[3], old).join()).not.toContain('aborted');
  const chosen = await importOf(trl, runSource(trl, whole, 'runs/start-3'));
  expect(chosen.events.filter(({ type }) => type === 'group')).toHaveLength(6);
  expect(chosen.notes.find(({ id }) => id === 'run-files')?.message).toContain('4 starts wrote into one folder. The 3 files');
  const together = (await importOf(trl, folder)).notes;
  expect(several(together)?.message).toContain('4 runs seem to be here');
  expect(together.find(({ id }) => id === 'steps-again')?.message).toContain('4 TensorBoard files tell of the same steps, 1 to 3');
});

test('two TRL runs in one folder are told apart, and a resumed one is one run', async () => {
  const folder = scratch();
  const write = (start: string, seconds: number, steps: number[]): void => {
    mkdirSync(join(folder, 'runs', start), { recursive: true });
    writeFileSync(join(folder, 'runs', start, eventFileName(seconds)), eventFile(steps, ['train/reward']));
  };
  cpSync(join(importFixtures, 'trl/grpo/trainer_state.json'), join(folder, 'trainer_state.json'));
  // By name the later one comes first.
  write('Sep01', 0, range(1, 20));
  write('Aug02', 500, range(11, 40));
  expect(await idsIn(trl, folder)).toEqual(['.']);
  expect((await importOf(trl, folder)).notes.find(({ id }) => id === 'steps-again')?.message).toContain('same steps, 11 to 20');
  write('Dec03', 900, range(1, 40));
  expect(await idsIn(trl, folder)).toEqual(['runs/Sep01', 'runs/Dec03']);
});

const inspectLog = JSON.parse(readFileSync(join(importFixtures, 'inspect/2026-08-22T10-00-00_sums_fixture.json'), 'utf8')) as {
  eval: { task: string };
};
/** @param folders those of the logs, which tell a task each */
function inspectLogs(folders: readonly string[], taskOf: (folder: string) => string): string {
  const folder = scratch();
  for (const name of folders) {
    mkdirSync(join(folder, name), { recursive: true });
    const log = { ...inspectLog, eval: { ...inspectLog.eval, task: taskOf(name) } };
    writeFileSync(join(folder, name, '2026-08-22T10-00-00_x.json'), JSON.stringify(log));
  }
  return folder;
}

test('logs of Inspect that are read as one run are counted by task', async () => {
  const folder = inspectLogs(['a', 'b', 'c'], (name) => (name === 'c' ? 'rollout' : 'val'));
  const note = several((await importOf(inspectEval, folder)).notes);
  expect(note?.message).toContain('3 logs are read as one run: val (2 logs), rollout (1 log).');
  expect(note?.message).toContain('c/2026-08-22T10-00-00_x.json');
  expect(await idsIn(inspectEval, folder)).toHaveLength(3);
});

test('nine logs of Inspect in numbered folders are the steps of one run', async () => {
  const names = ['000_val', '000_rollout', '001_rollout', '002_rollout', '002_val', '003_rollout', '004_rollout', '004_val', '005_rollout'];
  const folder = inspectLogs(names, (name) => name.slice(4));
  expect(await idsIn(inspectEval, folder)).toEqual(['.']);
  const { events: all, notes, run } = await importOf(inspectEval, folder);
  const groups = all.filter((event) => event.type === 'group');
  const alone = (await importOf(inspectEval, join(folder, names[0]))).events.filter(({ type }) => type === 'group').length;
  expect(groups).toHaveLength(9 * alone);
  expect([...new Set(groups.map(({ step }) => step))]).toEqual(range(0, 5));
  // Numbered through in a step, those of the evaluation last.
  const second = groups.filter(({ step }) => step === 2);
  expect(second.map(({ group }) => group)).toEqual(range(0, 2 * alone - 1));
  expect(second.map(({ info }) => info?.split === 'validation')).toEqual(range(0, 2 * alone - 1).map((i) => i >= alone));
  expect(run.method).toBeNull();
  expect(several(notes)).toBeUndefined();
  const note = notes.find(({ id }) => id === 'numbered');
  expect(note?.message).toContain('9 logs are steps 0 to 5 of one run');
  expect(note?.message).toContain('rollout (6 logs)');
  expect(note?.message).toContain('val (3 logs)');
});

test('results of one model at several times: which stand, and which do not', async () => {
  const folder = scratch();
  const results = readFileSync(join(importFixtures, 'lighteval/run/results/listed/results_2026-11-24T02-07-28.358654.json'));
  mkdirSync(join(folder, 'results/listed'), { recursive: true });
  for (const day of ['21', '22', '23']) writeFileSync(join(folder, `results/listed/results_2026-11-${day}T02-07-28.358654.json`), results);
  const source = folderSource(folder);
  const runs = await runsOf(lighteval, source);
  expect(runs.map(({ name }) => name)).toEqual(['21', '22', '23'].map((day) => `listed, 2026-11-${day}T02-07-28.358654`));
  const second = await importOf(lighteval, runSource(lighteval, source, runs[1].id));
  expect(second.notes.map(({ id }) => id)).toEqual(['one-of-several']);
  expect(second.events.map(({ type }) => type)).toContain('metrics');
  const { notes } = await importOf(lighteval, folder);
  const again = notes.find(({ id }) => id === 'results-again');
  expect(again?.level).toBe('warning');
  expect(again?.message).toContain('3 files tell scores of the same tasks');
  expect(again?.message).toContain('results/listed/results_2026-11-23T02-07-28.358654.json');
});

describe('a wandb run that was resumed', () => {
  const rows = (from: number, upTo: number, loss: number): [number, Record<string, unknown>][] =>
    range(from, upTo).map((step) => [step, { 'train/loss': loss, 'train/global_step': step }]);
  const logIn = (folder: string, begun: string): string => {
    const home = join(folder, 'wandb', `run-2026010${begun}_030405-abc`);
    mkdirSync(home, { recursive: true });
    return join(home, 'run-abc.wandb');
  };

  test('is one run, in which the later log stands', async () => {
    const folder = scratch();
    writeWandbLog(logIn(folder, '1'), rows(1, 6, 1));
    writeWandbLog(logIn(folder, '2'), rows(5, 8, 2));
    const source = folderSource(folder);
    expect((await runsOf(wandb, source)).map(({ files }) => files.length)).toEqual([2]);
    const { events, notes } = await importOf(wandb, source);
    const losses = [...standing(events)].filter(([key]) => key.endsWith('metric loss')).map(([, value]) => value);
    expect(losses).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(notes.find(({ id }) => id === 'wandb:resumed')?.message).toContain('resumed at step 5');
    expect(several(notes)).toBeUndefined();
  });

  test('is followed into the log of its next start', async () => {
    const folder = scratch();
    writeWandbLog(logIn(folder, '1'), rows(1, 6, 1));
    const session = wandb.open(folderSource(folder), {});
    const first = await look(session);
    writeWandbLog(logIn(folder, '2'), rows(5, 8, 2));
    const later = await look(session);
    expect(standing([...first.events, ...later.events])).toEqual(standing((await importOf(wandb, folder)).events));
  });

  test('that began anew under its id is told apart', async () => {
    const folder = scratch();
    writeWandbLog(logIn(folder, '1'), rows(1, 3, 1));
    writeWandbLog(logIn(folder, '2'), rows(1, 2, 2));
    expect(await runsOf(wandb, folderSource(folder))).toHaveLength(2);
  });
});
