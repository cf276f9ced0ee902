/** A database of an earlier version: what its rows cannot be turned into is read anew from the run directories. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrations } from '../../src/store/migrations.js';
import { Ingest } from '../../src/store/ingest.js';
import { placeDatabase } from '../../src/store/placement.js';
import { openDatabase } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { anIdentity, aRun, type WrittenRun } from '../builders/aRun.js';

let root: string;
let runs: string;
const opened: Store[] = [];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-migration-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(dirname(root), { recursive: true, force: true });
});

async function open(): Promise<Store> {
  const store = await Store.open({ root });
  opened.push(store);
  return store;
}

/** The schema before runs had columns of their own: migrations are never changed. */
const before = 6;

/** A database of that version that has read the runs to their end, with a group that no event tells. */
function writeOld(...written: WrittenRun[]): void {
  const { file } = placeDatabase(root);
  mkdirSync(dirname(file), { recursive: true });
  const db = new Database(file);
  for (const sql of migrations.slice(0, before)) db.exec(sql);
  db.pragma(`user_version = ${before}`);
  for (const [i, { id, newestSegment }] of written.entries()) {
    const key = i + 1;
    db.prepare('INSERT INTO runs (key, id, version, identity, name, last_seq) VALUES (?, ?, 1, ?, ?, 1)').run(
      key,
      id,
      JSON.stringify(anIdentity(id)),
      id,
    );
    db.prepare('INSERT INTO segments (run, name, offset, lines, skipping, torn) VALUES (?, ?, ?, 9, 0, 0)').run(
      key,
      basename(newestSegment),
      statSync(newestSegment).size,
    );
    db.prepare('INSERT INTO seen (run, first, last) VALUES (?, 1, 1000)').run(key);
    db.prepare('INSERT INTO steps (run, step, seq) VALUES (?, 99, 1)').run(key);
    db.prepare(
      `INSERT INTO groups (run, step, grp, seq, size, zero_std, advantages, length_mean, truncated, question_id, question)
       VALUES (?, 99, 0, 1, 4, 0, x'', 1, 0, 'q', 'old')`,
    ).run(key);
  }
  db.prepare('UPDATE clock SET now = 1').run();
  db.close();
}

test('an earlier database is read anew, and is then what a new one would be', async () => {
  writeOld(aRun('a').withSteps(3).write(runs), aRun('b').withSteps(2).resumedFrom(1).withSteps(2).write(runs));
  const store = await open();
  expect(
    store.queries
      .runs()
      .rows.map((r) => r.id)
      .sort(),
  ).toEqual(['a', 'b']); // as they were, until their turn comes
  store.catchUp('a');
  expect(store.queries.steps('a', { limit: 10 }).rows.map((s) => [s.step, s.groups])).toEqual([
    [3, 2],
    [2, 2],
    [1, 2],
  ]);
  store.catchUp();
  expect(store.queries.run('b')).toMatchObject({ step: 3, method: 'grpo', experiment: 'arith-grpo' });
  const dump = [...store.dump()];
  opened.pop()!.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(placeDatabase(root).file + suffix, { force: true });
  const fresh = await open();
  fresh.catchUp();
  expect(dump).toEqual([...fresh.dump()]);
});

test('a run that cannot be read anew, because its folder is away, stays; it is read when the folder is back', async () => {
  const run = aRun('a').withSteps(3).write(runs);
  writeOld(run);
  renameSync(runs, `${runs}-away`);
  const store = await open();
  store.catchUp();
  expect(store.absence).not.toBeNull();
  expect(store.queries.groups('a', 99).rows).toHaveLength(1);
  renameSync(`${runs}-away`, runs);
  store.catchUp();
  expect(store.queries.groups('a', 99).rows).toEqual([]);
  expect(store.queries.groups('a', 3).rows).toHaveLength(2);
});

test('a run is in the list at every moment while it is read anew', async () => {
  writeOld(aRun('a').withSteps(30).write(runs), aRun('b').withSteps(1).write(runs));
  const { db } = await openDatabase(placeDatabase(root).file);
  const ingest = new Ingest(db, runs);
  const listed = db.prepare<[], string>('SELECT id FROM runs WHERE gone = 0 ORDER BY id').pluck();
  const newest = db
    .prepare<[], number>("SELECT max(step) FROM steps WHERE run = (SELECT key FROM runs WHERE id = 'a' AND gone = 0)")
    .pluck();
  for (const id of ['a', 'b']) while (ingest.advance(id, 2000) !== 'idle') expect(listed.all()).toEqual(['a', 'b']);
  expect(newest.get()).toBe(30);
  while (ingest.removeGone() === 'more') expect(listed.all()).toEqual(['a', 'b']);
  expect(db.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(2);
  expect(db.prepare('SELECT count(*) FROM steps WHERE step = 99').pluck().get()).toBe(0);
  db.close();
});
