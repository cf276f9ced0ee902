import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { runSource } from '../../../src/importers/runSource.js';
import { runsOf } from '../../../src/importers/severalRuns.js';
import { tensorboard } from '../../../src/importers/formats/tensorboard/tensorboard.js';
import { unlisted } from '../../../src/importing/surveyRuns.js';
import { trackio } from '../../../src/importers/formats/trackio/trackio.js';
import { wandb } from '../../../src/importers/formats/wandb/wandb.js';
import { detectFormat } from '../../../src/importers/index.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';

const wandbRun = join(importFixtures, 'wandb/offline-run-20260821_100000-rloo0001');
const log = 'run-rloo0001.wandb';
const trackioDb = join(importFixtures, 'trackio/sums.db');

const groupsOf = (events: readonly EventBody[]) => events.filter((event) => event.type === 'group');

/** One real RLOO run reported to both. */
test.each([
  ['wandb', wandb, wandbRun],
  ['trackio', trackio, trackioDb],
])('%s: curves by the trainer’s steps, groups out of TRL’s tables', async (_, importer, root) => {
  const { events, notes, run } = await importOf(importer, root);
  const stands = standing(events);
  expect([1, 2, 3].map((step) => stands.get(`${step} metric tokens/total`))).toEqual([75, 155, 235]);
  expect(stands.get('1 metric learning_rate')).toBe(0.001);
  expect(groupsOf(events).map(({ step, group, question, solutions }) => [step, group, question, solutions.length])).toEqual([
    [1, 0, '4+5=', 4],
    [1, 1, '2+2=', 4],
    [2, 0, '0+0=', 4],
    [2, 1, '1+3=', 4],
    [3, 0, '2+2=', 4],
    [3, 1, '0+0=', 4],
  ]);
  expect(groupsOf(events)[0]).toMatchObject({
    solutions: [{ rewards: { correct: 0 }, reward: 0, advantage: 0, correct: null, grade: null }, {}, {}, {}],
  });
  expect(run).toMatchObject({ name: 'rloo-tiny', method: 'rloo', totalSteps: 3, seed: 7 });
  // G is in the run's configuration: nothing was guessed.
  expect(notes.map(({ id }) => id)).not.toContain('table:groups');
  expect(notes.find(({ id }) => id === 'metric:length/truncated')?.message).toContain('train/completions/clipped_ratio');
});

test('the group size that a person sets goes before the configuration', async () => {
  const { events, notes } = await importOf(trackio, trackioDb, { groupSize: 3 });
  expect(
    groupsOf(events)
      .map(({ solutions }) => solutions.length)
      .slice(0, 3),
  ).toEqual([3, 3, 2]);
  expect(notes.find(({ id }) => id === 'table:groups')).toMatchObject({ level: 'warning', setting: 'groupSize' });
});

test('they are detected by what they hold', async () => {
  expect(await wandb.detect(folderSource(wandbRun))).toMatchObject({ why: `${log}, a wandb log` });
  expect(await trackio.detect(folderSource(trackioDb))).toMatchObject({ why: expect.stringContaining('sums.db') as string });
  const folder = scratch();
  writeFileSync(join(folder, log), 'something else');
  new Database(join(folder, 'other.db')).exec('CREATE TABLE metrics (a)').close();
  expect(await wandb.detect(folderSource(folder))).toBeNull();
  expect(await trackio.detect(folderSource(folder))).toBeNull();
});

test.each([
  ['wandb', wandb, wandbRun],
  ['trackio', trackio, trackioDb],
  ['tensorboard', tensorboard, join(importFixtures, 'tensorboard/trl-rloo')],
])('%s: how far it is is said in bytes of the source, and a cancellation is heard on the way', async (_, importer, root) => {
  const reports: { bytes: number; of: number }[] = [];
  const read = async (signal: AbortSignal): Promise<void> => {
    for await (const item of importer.open(folderSource(root), {}).read(signal)) if (item.kind === 'progress') reports.push(item);
  };
  await read(new AbortController().signal);
  expect(reports.length).toBeGreaterThan(0);
  expect(reports.map(({ bytes }) => bytes)).toEqual(reports.map(({ bytes }) => bytes).sort((a, b) => a - b));
  for (const { bytes, of } of reports) expect(bytes > 0 && bytes <= of).toBe(true);

  const stop = new AbortController();
  setImmediate(() => stop.abort());
  await expect(read(stop.signal)).rejects.toThrow('aborted');
});

test('a growing wandb log, cut wherever, comes to the same as the whole', async () => {
  const folder = scratch();
  cpSync(wandbRun, folder, { recursive: true });
  const path = join(folder, log);
  const bytes = readFileSync(path);
  const whole = standing((await importOf(wandb, folder)).events);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (cuts) => {
      rmSync(path);
      const session = wandb.open(folderSource(folder), {});
      const events = [];
      for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
        writeFileSync(path, bytes.subarray(0, cut));
        events.push(...(await look(session)).events);
      }
      expect(standing(events)).toEqual(whole);
      expect((await look(session)).events).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test('a growing Trackio database tells what is new, whatever came when', async () => {
  const whole = standing((await importOf(trackio, trackioDb)).events);
  const source = new Database(trackioDb, { readonly: true });
  const rows = source.prepare('SELECT * FROM metrics ORDER BY rowid').all() as Record<string, unknown>[];
  const configs = source.prepare('SELECT * FROM configs').all() as Record<string, unknown>[];
  source.close();
  const folder = scratch();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(rows.length), { maxLength: 4 }), async (cuts) => {
      const path = join(folder, 'growing.db');
      if (existsSync(path)) rmSync(path);
      const db = new Database(path);
      const insert = (table: string, row: Record<string, unknown>): unknown =>
        db
          .prepare(
            `INSERT INTO ${table} VALUES (${Object.keys(row)
              .map(() => '?')
              .join()})`,
          )
          .run(Object.values(row));
      for (const [table, [row]] of [
        ['metrics', rows],
        ['configs', configs],
      ] as const)
        db.exec(`CREATE TABLE ${table} (${Object.keys(row).join()})`);
      configs.forEach((row) => insert('configs', row));
      const session = trackio.open(folderSource(path), {});
      const events: EventBody[] = [];
      let at = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), rows.length]) {
        rows.slice(at, cut).forEach((row) => insert('metrics', row));
        at = cut;
        events.push(...(await look(session)).events);
      }
      db.close();
      expect(standing(events)).toEqual(whole);
      expect((await look(session)).events).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test('a second, different table of a step is told of and not counted', async () => {
  const folder = scratch();
  cpSync(trackioDb, join(folder, 'sums.db'));
  const db = new Database(join(folder, 'sums.db'));
  const row = db.prepare("SELECT * FROM metrics WHERE instr(metrics, 'completions\"') ORDER BY rowid LIMIT 1").get() as {
    run_id: string;
    run_name: string;
    metrics: Buffer;
  };
  const other = row.metrics.toString().replace('"correct":0.0', '"correct":1.0');
  db.prepare('INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, 9, ?)').run(
    row.run_id,
    '',
    row.run_name,
    other,
  );
  db.close();
  const { events, notes } = await importOf(trackio, folder);
  expect(notes.find(({ id }) => id === 'table:again')?.message).toContain('Step 1 has a second table');
  expect(groupsOf(events)).toHaveLength(6);
});

test('of several runs in one database the one that wrote last is imported, or the one that is named', async () => {
  const folder = scratch();
  const path = join(folder, 'sums.db');
  cpSync(trackioDb, path);
  const db = new Database(path);
  const own = db.prepare('SELECT run_name FROM metrics LIMIT 1').pluck().get() as string;
  db.prepare('INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, 1, ?)').run(
    'b2',
    '',
    'later',
    '{"train/kl":0.5}',
  );
  db.close();
  const whole = folderSource(path);
  expect((await runsOf(trackio, whole)).map(({ name }) => name)).toEqual(['later', own]);
  const newest = await importOf(trackio, path);
  expect(groupsOf(newest.events)).toHaveLength(0);
  expect(newest.notes.find(({ id }) => id === 'several-runs')?.message).toContain(
    `2 runs seem to be here: later, ${own}. Of sums.db the one that wrote last is shown, and no other.`,
  );
  const former = await importOf(trackio, runSource(trackio, whole, own));
  expect(groupsOf(former.events)).toHaveLength(6);
  expect(former.notes.some(({ id }) => id === 'several-runs')).toBe(false);
  await expect(importOf(trackio, runSource(trackio, whole, 'lost'))).rejects.toThrow(`it has no run "lost". Its runs: later, ${own}.`);
});

test('of a wandb run that logs to TensorBoard, too, the wandb log is read, and that is said', async () => {
  const folder = scratch();
  cpSync(join(importFixtures, 'wandb/offline-run-20260821_100000-rloo0001'), folder, { recursive: true });
  const alone = await importOf(wandb, folder);
  cpSync(join(importFixtures, 'tensorboard/trl-rloo'), join(folder, 'files'), { recursive: true });
  expect((await detectFormat(folderSource(folder))).chosen?.importer.id).toBe('wandb');
  const { events, notes } = await importOf(wandb, folder);
  expect(events).toEqual(alone.events);
  expect(notes.find(({ id }) => id === 'wandb:event-files')?.message).toBe(
    'Curves are those of the wandb log. 1 TensorBoard event file beside it is not read, first files/events.out.tfevents.1787000000.host.1.0: import one alone to see its curves.',
  );
  expect(alone.notes.some(({ id }) => id === 'wandb:event-files')).toBe(false);
});

test('a table that is announced and not there is waited for, with a word', async () => {
  const folder = scratch();
  cpSync(wandbRun, folder, { recursive: true });
  rmSync(join(folder, 'files'), { recursive: true });
  const session = wandb.open(folderSource(folder), {});
  const { events, notes } = await look(session);
  expect(groupsOf(events)).toEqual([]);
  expect(notes.find(({ id }) => id === 'wandb:tables')?.message).toContain('4 tables of completions are announced');
  cpSync(join(wandbRun, 'files'), join(folder, 'files'), { recursive: true });
  expect(groupsOf((await look(session)).events)).toHaveLength(6);
});

test('a path in the log leads nowhere outside the run’s folder', async () => {
  const folder = scratch();
  cpSync(wandbRun, join(folder, 'run'), { recursive: true });
  rmSync(join(folder, 'run/files'), { recursive: true });
  cpSync(join(wandbRun, 'files'), join(folder, 'files'), { recursive: true });
  expect(groupsOf((await importOf(wandb, join(folder, 'run'))).events)).toEqual([]);
});

const damaged: [string, (bytes: Buffer) => Buffer, RegExp][] = [
  ['another kind of file', () => Buffer.from('step,reward\n1,2\n'), /byte 0: not a wandb log/],
  ['UTF-16 text', () => Buffer.from('\ufeffhello', 'utf16le'), /byte 0: not a wandb log/],
  ['a flipped byte', (bytes) => ((bytes[9000] ^= 1), bytes), /byte \d+: damaged/],
  ['zeros at the end', (bytes) => Buffer.concat([bytes, Buffer.alloc(100)]), /byte \d+: damaged/],
];
test.each(damaged)('wandb: %s is refused with file and byte', async (_, change, message) => {
  const folder = scratch();
  writeFileSync(join(folder, log), change(readFileSync(join(wandbRun, log))));
  cpSync(join(wandbRun, 'files'), join(folder, 'files'), { recursive: true });
  await expect(importOf(wandb, folder)).rejects.toThrow(message);
});

test('wandb: a column called __proto__ says nothing about the others', async () => {
  const folder = scratch();
  cpSync(wandbRun, folder, { recursive: true });
  const tables = join(folder, 'files/media/table');
  for (const name of readdirSync(tables)) {
    const path = join(tables, name);
    const { columns, data } = JSON.parse(readFileSync(path, 'utf8')) as { columns: string[]; data: unknown[][] };
    const step = columns.indexOf('step');
    columns[step] = '__proto__';
    for (const row of data) row[step] = { step: 99 };
    writeFileSync(path, JSON.stringify({ columns, data }));
  }
  const steps = groupsOf((await importOf(wandb, folder)).events).map(({ step: at }) => at);
  expect(steps.length).toBeGreaterThan(0);
  expect(steps).not.toContain(99);
});

test('wandb: an empty log waits; a table that is none is refused by its name', async () => {
  const folder = scratch();
  writeFileSync(join(folder, log), '');
  expect((await importOf(wandb, folder)).events).toEqual([]);
  cpSync(wandbRun, folder, { recursive: true });
  const [table] = (await folderSource(folder).list()).filter(({ name }) => name.endsWith('.table.json'));
  writeFileSync(table.path, '{"columns": ["prompt"], "data": [[1, 2]]}');
  await expect(importOf(wandb, folder)).rejects.toThrow(`${table.name}: no table of wandb`);
  writeFileSync(table.path, '{"columns": ["prompt"], "da');
  await expect(importOf(wandb, folder)).rejects.toThrow(`${table.name}: not JSON`);
});

test('Trackio: locked, corrupt, and rows that are no JSON are told plainly', async () => {
  const folder = scratch();
  const path = join(folder, 'sums.db');
  cpSync(trackioDb, path);
  const db = new Database(path);
  db.exec('BEGIN EXCLUSIVE');
  await expect(importOf(trackio, folder)).rejects.toThrow('sums.db: the database is locked by another program');
  db.exec('ROLLBACK');
  db.exec('UPDATE metrics SET metrics = \'{"a": \' WHERE id = 5');
  db.close();
  await expect(importOf(trackio, folder)).rejects.toThrow('sums.db, table metrics, row 5: not JSON');
  const bytes = readFileSync(trackioDb);
  bytes.fill(0xff, 600, 30_000);
  writeFileSync(path, bytes);
  await expect(importOf(trackio, folder)).rejects.toThrow(/sums\.db/);
  writeFileSync(path, 'text');
  await expect(importOf(trackio, folder)).rejects.toThrow('sums.db: not an SQLite database');
});

test('of a Trackio database with very many runs it is told how many are not listed', async () => {
  const folder = scratch();
  const file = join(folder, 'many.db');
  cpSync(trackioDb, file);
  const db = new Database(file);
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1003)
    INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) SELECT 'id ' || i, '2026-01-01T00:00:00', 'run ' || i, 0, '{"loss": 1}' FROM n;`);
  const all = db.prepare<[], number>('SELECT count(DISTINCT run_id) FROM metrics').pluck().get()!;
  db.close();
  const source = folderSource(folder);
  await source.list();
  expect(await unlisted(trackio, source)).toBe(
    `The first 500 of 1000 runs are listed. ${all - 1000} more runs are in it: the 1000 that wrote last are listed of a database.`,
  );
});
