/**
 * A follower may look while a file is being written anew: it is torn at that look, and whole at the next. In the end there has to stand
 * what the file holds then, no more and nothing twice.
 */
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { follow } from '../../../src/importers/following/followFolder.js';
import { Ledger } from '../../../src/importers/following/ledger.js';
import { art } from '../../../src/importers/formats/art/art.js';
import { generic } from '../../../src/importers/formats/generic/generic.js';
import { groupJsonl } from '../../../src/importers/formats/groupJsonl/groupJsonl.js';
import { inspectEval } from '../../../src/importers/formats/inspect/inspectEval.js';
import { lighteval } from '../../../src/importers/formats/lighteval/lighteval.js';
import { lmEval } from '../../../src/importers/formats/lmEval/lmEval.js';
import { primeRl } from '../../../src/importers/formats/primeRl/primeRl.js';
import { trackio } from '../../../src/importers/formats/trackio/trackio.js';
import { trl } from '../../../src/importers/formats/trl/trl.js';
import { verl } from '../../../src/importers/formats/verl/verl.js';
import { wandb } from '../../../src/importers/formats/wandb/wandb.js';
import { ImportError, type ImportOptions, type Importer, type ImportSession } from '../../../src/importers/importer.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { writeParquet } from '../../builders/parquetFile.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** Events up to the error that a look ends with, if it does. */
async function eventsOf(session: ImportSession): Promise<{ events: EventBody[]; error: unknown }> {
  const events: EventBody[] = [];
  try {
    for await (const item of session.read(new AbortController().signal)) if (item.kind === 'event') events.push(item.event);
    return { events, error: null };
  } catch (error) {
    return { events, error };
  }
}

interface Case {
  importer: Importer;
  options?: ImportOptions;
  /** Writes the source with so many groups, steps or rows. */
  write: (folder: string, n: number) => void;
  /** Leaves it as a look finds it in the middle of being written. */
  tear: (folder: string) => void;
}

const inFile = (name: string, content: (n: number) => string, torn = (text: string): string => text.replace(/\n(?=[^\n])/, '\n{"x\n')) => ({
  write: (folder: string, n: number): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content(n));
  },
  tear: (folder: string): void => writeFileSync(join(folder, name), torn(content(2))),
});

const inParquet = (name: string, write: (path: string, n: number) => void) => ({
  write: (folder: string, n: number): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    write(join(folder, name), n);
  },
  tear: (folder: string): void => truncateSync(join(folder, name), 40),
});

const time = '2026-11-24T02-07-28.358654';

const cases: Record<string, Case> = {
  lighteval: {
    importer: lighteval,
    ...inParquet(`details/tiny/${time}/details_sums_0_${time}.parquet`, (path, n) => {
      const text = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const;
      const record = (name: string, num_children: number) => ({ name, num_children, repetition_type: 'OPTIONAL' }) as const;
      const list = (name: string) =>
        [
          { name, num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
          { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
          text('element'),
        ] as const;
      const buffer = parquetWriteBuffer({
        columnData: [
          { name: 'doc', data: numbers(n).map((i) => ({ query: `${i}+1=`, task_name: 'sums|0' })) },
          { name: 'metric', data: numbers(n).map(() => ({ em: 1 })) },
          { name: 'model_response', data: numbers(n).map((i) => ({ text: [String(i + 1)] })) },
        ],
        schema: [
          { name: 'root', num_children: 3 },
          record('doc', 2),
          text('query'),
          text('task_name'),
          record('metric', 1),
          { name: 'em', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
          record('model_response', 1),
          ...list('text'),
        ],
      });
      writeFileSync(path, new Uint8Array(buffer));
    }),
  },
  Inspect: {
    importer: inspectEval,
    ...inFile(
      '2026-08-22T10-00-00_sums_a.json',
      (n) =>
        JSON.stringify({
          eval: { task: 'sums' },
          samples: numbers(n).map((id) => ({
            ...{ id, epoch: 1, input: `${id}+1=`, target: String(id + 1) },
            output: { choices: [{ message: { role: 'assistant', content: String(id + 1) }, stop_reason: 'stop' }] },
          })),
        }),
      (text) => text.slice(0, -20),
    ),
  },
  'lm-evaluation-harness': {
    importer: lmEval,
    ...inFile(`tiny/samples_sums_${time}.jsonl`, (n) =>
      lines(
        numbers(n).map((doc_id) => ({
          ...{ doc_id, doc: { question: `${doc_id}+1=` }, target: String(doc_id + 1), arguments: {}, filter: 'none' },
          ...{ resps: [[String(doc_id + 1)]], filtered_resps: [String(doc_id + 1)], metrics: ['exact_match'], exact_match: 1 },
        })),
      ),
    ),
  },
  'TRL, groups': {
    importer: trl,
    options: { groupSize: 2 },
    ...inParquet('completions/completions_00001.parquet', (path, n) =>
      writeParquet(path, 2 * n, [
        { name: 'step', type: 'int64', value: () => 1 },
        { name: 'prompt', type: 'string', value: (row) => `${Math.floor(row / 2)}+1=` },
        { name: 'completion', type: 'string', value: (row) => `${row} of ${n}` },
        { name: 'correct', type: 'double', value: (row) => row % 2 },
        { name: 'advantage', type: 'double', value: (row) => row % 2 },
      ]),
    ),
  },
  'ART, curves of a log that is cut': {
    importer: art,
    write: (folder, n) => {
      cpSync(join(importFixtures, 'art/v2'), folder, { recursive: true });
      writeFileSync(
        join(folder, '.art/sums/models/tiny/history.jsonl'),
        lines(numbers(n).map((step) => ({ step: step + 1, 'train/reward': step }))),
      );
    },
    tear: (folder) =>
      writeFileSync(join(folder, '.art/sums/models/tiny/history.jsonl'), '{"step": 1, "train/reward": 0}\n{"step": 2, "tra\n'),
  },
  'verl, a log that begins anew': {
    importer: verl,
    write: (folder, n) => {
      cpSync(join(importFixtures, 'verl/v1'), folder, { recursive: true });
      // The restarted trainer's log begins where its checkpoint was.
      const steps = n < 5 ? [4, 5] : numbers(9).map((i) => i + 1);
      writeFileSync(
        join(folder, 'sums/run.jsonl'),
        lines(steps.map((step) => ({ step, data: { 'critic/rewards/mean': step, [`seen/${n}`]: 1 } }))),
      );
    },
    tear: (folder) => writeFileSync(join(folder, 'sums/run.jsonl'), '{"step": 4, "data": {"critic/rewards/mean": 4}}\n{"st\n'),
  },
  'groups in JSONL': {
    importer: groupJsonl,
    ...inFile('groups.jsonl', (n) =>
      lines(numbers(n).map((i) => ({ question: `${i}+1=`, samples: [{ text: String(i + 1), reward: 1 }] }))),
    ),
  },
  'rows of JSONL': {
    importer: generic,
    options: { mapping: { solution: 'text', question: 'question' } },
    ...inFile('rows.jsonl', (n) => lines(numbers(n).map((i) => ({ question: `${i}+1=`, text: String(i + 1) })))),
  },
  'rows of CSV': {
    importer: generic,
    options: { mapping: { solution: 'text', question: 'question' } },
    ...inFile(
      'rows.csv',
      (n) =>
        `question,text\n${numbers(n)
          .map((i) => `${i}+1=,${i + 1}\n`)
          .join('')}`,
      (text) => `${text}"2+1=,3`,
    ),
  },
  'rows of SQLite': {
    importer: generic,
    options: { mapping: { solution: 'text', question: 'question' } },
    write: (folder, n) => {
      rmSync(join(folder, 'rows.db'), { force: true });
      const db = new Database(join(folder, 'rows.db'));
      db.exec('CREATE TABLE rows (question TEXT, text TEXT)');
      for (const i of numbers(n)) db.prepare('INSERT INTO rows VALUES (?, ?)').run(`${i}+1=`, String(i + 1));
      db.close();
    },
    tear: (folder) => writeFileSync(join(folder, 'rows.db'), 'SQLite format 3\0 and no more'),
  },
  Trackio: {
    importer: trackio,
    write: (folder, n) => {
      rmSync(join(folder, 'sums.db'), { force: true });
      const db = new Database(join(folder, 'sums.db'));
      db.exec('CREATE TABLE metrics (run_name TEXT, step INTEGER, metrics TEXT); CREATE TABLE configs (run_name TEXT, config TEXT)');
      for (const i of numbers(n)) db.prepare('INSERT INTO metrics VALUES (?, ?, ?)').run('a', i + 1, JSON.stringify({ loss: i }));
      db.close();
    },
    tear: (folder) => writeFileSync(join(folder, 'sums.db'), 'SQLite format 3\0 and no more'),
  },
};

describe.each(Object.entries(cases))('%s', (_, { importer, options = {}, write, tear }) => {
  test.each([
    ['that becomes shorter', [5, 3]],
    ['that becomes longer', [3, 5]],
    ['seen first in the middle of it', [0, 4]],
  ])('a source %s comes to the same as the whole', async (_, [before, after]) => {
    const folder = scratch();
    const session = importer.open(folderSource(folder), options);
    const events: EventBody[] = [];
    if (before > 0) {
      write(folder, before);
      events.push(...(await look(session)).events);
    } else write(folder, 2);
    tear(folder);
    const torn = await eventsOf(session);
    expect(torn.error).toBeInstanceOf(ImportError);
    events.push(...torn.events);
    write(folder, after);
    events.push(...(await look(session)).events);
    events.push(...(await look(session)).events);
    const whole = scratch();
    write(whole, after);
    const expected = standing((await importOf(importer, whole, options)).events);
    const stands = standing(events);
    // Steps before those that a restarted log begins with stay.
    for (const key of stands.keys()) if (!expected.has(key) && Number.parseInt(key) < 4 && importer === verl) stands.delete(key);
    expect([...stands.keys()]).toEqual([...expected.keys()]);
    expect(stands).toEqual(expected);
  });
});

test('an export that was torn is joined to its episodes once, and none of it is missed', async () => {
  const folder = scratch();
  cpSync(join(importFixtures, 'prime-rl/run'), folder, { recursive: true });
  const file = join(folder, 'token_exports/step_2/rank_0.jsonl');
  const text = readFileSync(file, 'utf8');
  const first = text.slice(0, text.indexOf('\n') + 1);
  const session = primeRl.open(folderSource(folder), {});
  writeFileSync(file, `${first}{"torn\n`);
  expect((await eventsOf(session)).error).toBeInstanceOf(ImportError);
  writeFileSync(file, text);
  const { notes } = await look(session);
  // One of the fixture's sequences belongs to no episode.
  expect(notes.find(({ id }) => id === 'exports')?.message).toBe('1 exported sequences belong to no episode that is here.');
});

test('a table of wandb that was torn when its announcement was read is read once it is whole', async () => {
  const folder = scratch();
  cpSync(join(importFixtures, 'wandb/offline-run-20260821_100000-rloo0001'), folder, { recursive: true });
  const table = join(folder, 'files/media/table/completions_9_8d6929af97638a1bff37.table.json');
  const text = readFileSync(table, 'utf8');
  writeFileSync(table, text.slice(0, 100));
  const session = wandb.open(folderSource(folder), {});
  const events: EventBody[] = [];
  const torn = await eventsOf(session);
  expect(torn.error).toBeInstanceOf(ImportError);
  events.push(...torn.events, ...(await eventsOf(session)).events);
  writeFileSync(table, text);
  events.push(...(await look(session)).events);
  expect(standing(events)).toEqual(
    standing((await importOf(wandb, join(importFixtures, 'wandb/offline-run-20260821_100000-rloo0001'))).events),
  );
});

test.each([
  ['groups', groupJsonl, {}, { samples: [{ text: '1', reward: 1 }] }],
  ['rows', generic, { mapping: { solution: 'text', question: 'question' } }, { text: '1' }],
] as const)(
  '%s: one file of several that is written anew is told anew with the others, nothing twice',
  async (_, importer, options, row) => {
    const folder = scratch();
    const write = (name: string, questions: readonly string[]): void =>
      writeFileSync(join(folder, name), lines(questions.map((question) => ({ question, ...row }))));
    write('a.jsonl', ['1', '2', '3']);
    write('b.jsonl', ['4', '5']);
    const session = importer.open(folderSource(folder), options);
    const { events } = await look(session);
    write('a.jsonl', ['6', '7']);
    events.push(...(await look(session)).events, ...(await look(session)).events);
    expect(standing(events)).toEqual(standing((await importOf(importer, folder, options)).events));
  },
);

test.each([
  ['groups', groupJsonl, {}, { samples: [{ text: '1', reward: 1 }] }],
  ['rows', generic, { mapping: { solution: 'text', question: 'question' } }, { text: '1' }],
] as const)('%s: a line that cannot be used is looked at again at every look, until it can be', async (_, importer, options, row) => {
  const folder = scratch();
  const good = lines([1, 2, 3].map((question) => ({ question: String(question), ...row })));
  const bad = good.replace('"question":"2"', '"question":"2 ');
  writeFileSync(join(folder, 'a.jsonl'), bad);
  const session = importer.open(folderSource(folder), options);
  const first = await eventsOf(session);
  const second = await eventsOf(session);
  expect([first.error, second.error].map(String)).toEqual(Array(2).fill(expect.stringContaining('line 2') as string));
  writeFileSync(join(folder, 'a.jsonl'), good);
  const { events } = await look(session);
  expect(standing([...first.events, ...second.events, ...events])).toEqual(standing((await importOf(importer, folder, options)).events));
});

test('while one file cannot be read, the means of what the others hold are counted all the same', async () => {
  const folder = scratch();
  cpSync(join(importFixtures, 'verl/v1'), folder, { recursive: true });
  appendFileSync(join(folder, 'rollouts/2.jsonl'), '{"torn\n');
  const events: EventBody[] = [];
  const stop = new AbortController();
  stop.abort();
  const target = {
    event: (event: EventBody) => events.push(event),
    note: () => undefined,
    trouble: () => undefined,
    caughtUp: () => undefined,
  };
  rmSync(join(folder, 'sums'), { recursive: true });
  await follow({ importer: verl, source: folderSource(folder), options: {} }, target, { ledger: new Ledger(), signal: stop.signal });
  expect(standing(events).has('1 metric reward/mean')).toBe(true);
});
