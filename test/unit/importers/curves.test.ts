/** Tables of metrics of nobody's format. */
import { appendFileSync, cpSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { curves } from '../../../src/importers/formats/curves/curves.js';
import { RunColumns, runOf } from '../../../src/importers/formats/curves/runColumns.js';
import { ImportError, type ImportNote, type Source } from '../../../src/importers/importer.js';
import { detectFormat } from '../../../src/importers/index.js';
import { runSource } from '../../../src/importers/runSource.js';
import { runsOf } from '../../../src/importers/severalRuns.js';
import { expectGrowthTellsTheSame } from '../../builders/growing.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';
import { writeParquet } from '../../builders/parquetFile.js';

const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const table = (name: string, text: string): string => {
  const folder = scratch();
  writeFileSync(join(folder, name), text);
  return folder;
};
const noteOf = (notes: readonly ImportNote[], id: string): string | undefined => notes.find((note) => note.id === `curves:${id}`)?.message;
const stands = async (folder: string | Source): Promise<Record<string, unknown>> =>
  Object.fromEntries(standing((await importOf(curves, folder)).events));
const oneRun = (folder: string, run: string): Source => runSource(curves, folderSource(folder), run);
const runsIn = async (folder: string): Promise<string[]> => (await runsOf(curves, folderSource(folder))).map(({ id }) => id);

describe('is offered without a question', () => {
  test.each([
    ['a.csv', 'Global_Step,x\n1,0.5\n2,0.25\n'],
    ['a.tsv', 'epoch\tx\n1\t0.5\n2\t0.25\n'],
    ['a.json', '[{"Update": 1, "x": 0.5}, {"Update": 2, "x": 0.25}]'],
    [
      'a.json',
      lines([
        { _step: 1, x: 0.5 },
        { _step: 2, x: 0.25 },
      ]),
    ],
    [
      'a.jsonl',
      lines([
        { iteration: '1', x: '0.5' },
        { iteration: '2', x: '0.25' },
      ]),
    ],
  ])('%s', async (name, text) => {
    const folder = table(name, text);
    writeFileSync(join(folder, 'config.json'), '{"step": 3, "model": {"layers": 2}}');
    expect((await detectFormat(folderSource(folder))).chosen?.importer.id).toBe('curves');
    expect(await stands(folder)).toEqual({ '1 metric x': 0.5, '2 metric x': 0.25 });
    expect(await runsIn(folder)).toEqual([name]);
  });

  test('Parquet', async () => {
    const folder = scratch();
    writeParquet(join(folder, 'history.parquet'), 2, [
      { name: 'step', type: 'int64', value: (row) => row + 1 },
      { name: 'x', type: 'double', value: (row) => 0.5 / (row + 1) },
    ]);
    expect((await detectFormat(folderSource(folder))).chosen?.importer.id).toBe('curves');
    expect(await stands(folder)).toEqual({ '1 metric x': 0.5, '2 metric x': 0.25 });
  });
});

test.each([
  ['rows with texts, whose fields a person names', 'a.jsonl', lines([{ step: 1, output: 'four', reward: 1 }])],
  ['rows of chats', 'a.json', JSON.stringify([{ step: 1, messages: [{ role: 'user', content: '2+2=' }], reward: 1 }])],
  ['steps that are none', 'a.csv', 'epoch,x\n0.25,1\n0.5,2\n'],
  ['a table without steps', 'a.csv', 'x,y\n1,2\n'],
  ['steps without anything', 'a.csv', 'step,name\n1,a\n'],
])('%s: not taken for curves', async (_, name, text) => {
  const { chosen, candidates } = await detectFormat(folderSource(table(name, text)));
  expect(chosen).toBeUndefined();
  expect(candidates[0]?.importer.id).not.toBe('curves');
});

test('a format that is known goes first', async () => {
  const folder = table('metrics.csv', 'step,x\n1,2\n');
  cpSync(join(importFixtures, 'tensorboard/trl-rloo'), folder, { recursive: true });
  expect((await detectFormat(folderSource(folder))).chosen?.importer.id).toBe('tensorboard');
});

describe('several runs in one table', () => {
  const runs = join(importFixtures, 'curves/jsonl-runs');
  test('are told apart by a column, listed, and read by their names', async () => {
    expect(await runsIn(runs)).toEqual(['reinforce', 'rloo', 'grpo']);
    const { notes, run } = await importOf(curves, runs);
    expect(noteOf(notes, 'runs')).toBe('algo tells 3 runs apart; reinforce is shown, and not rloo (to step 3), grpo (to step 3).');
    expect(notes.find(({ id }) => id === 'several-runs')?.message).toContain('3 runs seem to be here: reinforce, rloo, grpo.');
    expect(run.config).toEqual({ step: 'step', algo: 'reinforce' });
    const chosen = await importOf(curves, oneRun(runs, 'rloo'));
    expect(chosen.run.config).toEqual({ step: 'step', algo: 'rloo' });
    expect(chosen.notes.some(({ id }) => id === 'several-runs')).toBe(false);
    await expect(importOf(curves, oneRun(runs, 'ppo'))).rejects.toThrow('it has no run "ppo". Its runs: reinforce, rloo, grpo.');
  });

  test('in each of two tables are called by their tables, too', async () => {
    const folder = scratch();
    for (const name of ['first', 'second']) cpSync(runs, join(folder, name), { recursive: true });
    expect(await runsIn(folder)).toHaveLength(6);
    const whole = await stands(oneRun(runs, 'grpo'));
    expect(await stands(oneRun(folder, 'second/training_curve.jsonl/grpo'))).toEqual(whole);
  });

  test('may need two columns: an algorithm and a seed', async () => {
    const rows = ['a', 'b'].flatMap((algo) =>
      [1, 2].flatMap((seed) => [1, 2, 3].map((step) => ({ algo, seed, step, x: step, note: 'n' }))),
    );
    const folder = table('a.jsonl', lines(rows));
    expect(await runsIn(folder)).toEqual(['b, 2', 'b, 1', 'a, 2', 'a, 1']);
    expect(await stands(oneRun(folder, 'a, 2'))).toEqual({ '1 metric x': 1, '2 metric x': 2, '3 metric x': 3 });
  });

  test('are none where only the phase changes, and parts of a run keep their names apart', async () => {
    const phases = table('a.csv', `step,phase,x\n${[1, 2, 3, 4].map((i) => `${i},${i < 3 ? 'warm' : 'full'},${i}\n`).join('')}`);
    expect(await runsIn(phases)).toEqual(['a.csv']);
    expect(Object.keys(await stands(phases))).toHaveLength(4);
    const splits = table('a.csv', `step,split,x\n${[1, 2].map((i) => `${i},train,${i}\n${i},val,${-i}\n`).join('')}`);
    expect(await stands(splits)).toEqual({ '1 metric x': 1, '2 metric x': 2, '1 metric val/x': -1, '2 metric val/x': -2 });
  });

  test('that are restarts, without a column: the later one stands, and that is said', async () => {
    const folder = table('a.csv', `step,x\n${[1, 2, 3, 4, 5, 3, 4].map((step, i) => `${step},${i}\n`).join('')}`);
    const { events, notes } = await importOf(curves, folder);
    expect(Object.fromEntries(standing(events))).toEqual({ '1 metric x': 0, '2 metric x': 1, '3 metric x': 5, '4 metric x': 6 });
    expect(noteOf(notes, 'restarts')).toMatch(/^The steps begin again once, at 3, and no column tells runs apart/);
  });

  test('a run that comes while a table grows is listed at the next look', async () => {
    const rows = (arm: string): string => [1, 2, 3].map((step) => `${step},${arm},0.5\n`).join('');
    const folder = table('a.csv', `step,arm,x\n${rows('a')}${rows('b')}`);
    const source = folderSource(folder);
    expect((await runsOf(curves, source)).map(({ id }) => id)).toEqual(['b', 'a']);
    appendFileSync(join(folder, 'a.csv'), rows('c'));
    await source.list();
    expect((await runsOf(curves, source)).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  test('whatever the order of their rows, each run’s steps are its own', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(20)), { selector: ([run, step]) => `${run} ${step}`, minLength: 4 }),
        (rows) => {
          const columns = new RunColumns();
          for (const [run, step] of rows) columns.add({ step, arm: run, x: 1 }, step, 'x');
          const { columns: names } = columns.apart();
          const told = rows.map(([run, step]) => `${runOf({ arm: run }, names)} ${step}`);
          const steps = new Set(rows.map(([, step]) => step));
          // A column of too few rows for each value is no name of runs.
          if (names.length > 0 || steps.size === rows.length) expect(new Set(told).size).toBe(rows.length);
          expect(columns.runs(names).reduce((sum, run) => sum + run.rows, 0)).toBe(rows.length);
        },
      ),
    ));
});

test('what cannot be a step, a number or a curve is left out with its number or its name', async () => {
  const folder = table('a.csv', 'step,x,when,on\n1,0.5,2026-01-02,true\n,7,2026-01-03,true\n2.5,7,,\n2,inf,,\n');
  const { events, notes } = await importOf(curves, folder);
  expect(Object.fromEntries(standing(events))).toEqual({ '1 metric x': 0.5, '2 metric x': 'Infinity' });
  expect(noteOf(notes, 'columns')).toBe('Steps are the column step of a.csv. Left out, for they hold no numbers: when, on.');
  expect(noteOf(notes, 'steps')).toBe('2 rows whose step is no whole number are left out.');
});

test('rows that tell of a step what another has told are counted', async () => {
  const { notes } = await importOf(curves, table('a.csv', 'step,x\n1,1\n1,2\n1,3\n2,1\n'));
  expect(noteOf(notes, 'again')).toMatch(/^2 rows tell of a step/);
});

test('of two tables the one that was written to last is read, and both are named', async () => {
  const folder = table('old.csv', 'step,x\n1,1\n');
  utimesSync(join(folder, 'old.csv'), new Date(0), new Date(0));
  writeFileSync(join(folder, 'new.csv'), 'step,x\n1,2\n');
  const { events, notes } = await importOf(curves, folder);
  expect(Object.fromEntries(standing(events))).toEqual({ '1 metric x': 2 });
  expect(notes.find(({ id }) => id === 'several-runs')?.message).toContain(
    'new.csv (1 file), old.csv (1 file). Of the table that was written to last',
  );
});

describe('a table that grows', () => {
  test.each([['csv'], ['json']])('%s comes to the same as the whole', (name) =>
    expectGrowthTellsTheSame(curves, join(importFixtures, 'curves', name), scratch()),
  );

  test('goes on with the run that is followed when another one begins in it', async () => {
    const folder = table('a.jsonl', lines([1, 2].map((step) => ({ algo: 'a', step, x: step }))));
    const session = curves.open(folderSource(folder), {});
    const { events } = await look(session);
    appendFileSync(join(folder, 'a.jsonl'), lines([1, 2, 3].map((step) => ({ algo: 'b', step, x: -step }))));
    const second = await look(session);
    events.push(...second.events);
    expect(noteOf(second.notes, 'runs')).toBe('algo tells 2 runs apart; a is shown, and not b (to step 3).');
    appendFileSync(join(folder, 'a.jsonl'), lines([{ algo: 'a', step: 3, x: 3 }]));
    events.push(...(await look(session)).events);
    expect(Object.fromEntries(standing(events))).toEqual({ '1 metric x': 1, '2 metric x': 2, '3 metric x': 3 });
  });

  test.each(['csv', 'jsonl'])('or is written anew with less in it: what it has no more is taken back (%s)', async (kind) => {
    const content = (n: number): string => {
      const rows = Array.from({ length: n }, (_, i) => ({ step: i + 1, x: n }));
      return kind === 'csv' ? `step,x\n${rows.map(({ step, x }) => `${step},${x}\n`).join('')}` : lines(rows);
    };
    const folder = table(`a.${kind}`, content(5));
    const session = curves.open(folderSource(folder), {});
    const { events } = await look(session);
    writeFileSync(join(folder, `a.${kind}`), `${content(2)}${kind === 'csv' ? '3\n' : '{"step\n'}`);
    await expect(look(session)).rejects.toBeInstanceOf(ImportError);
    writeFileSync(join(folder, `a.${kind}`), content(3));
    events.push(...(await look(session)).events);
    expect(Object.fromEntries(standing(events))).toEqual({ '1 metric x': 3, '2 metric x': 3, '3 metric x': 3 });
    writeFileSync(join(folder, `a.${kind}`), '');
    events.push(...(await look(session)).events);
    expect(standing(events).size).toBe(0);
  });
});
