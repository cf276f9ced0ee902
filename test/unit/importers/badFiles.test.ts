import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { csvRows } from '../../../src/importers/files/csvRows.js';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { sqliteRows, tablesOf, withForeign } from '../../../src/importers/files/foreignSqlite.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpo-lab-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const file = (name: string) => ({ path: join(folder, name), name });
/** Of rows that come together. */
async function* each<T>(blocks: AsyncIterable<Iterable<T>>): AsyncGenerator<T> {
  for await (const block of blocks) yield* block;
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('a folder is listed once, however its links turn, without hidden folders but for ART’s', async () => {
  for (const name of ['.git', '.art', 'a/b']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['.git/x', '.art/y', 'a/b/z', 'top']) await writeFile(join(folder, name), '');
  await symlink(folder, join(folder, 'a', 'loop'));
  const source = folderSource(folder);
  expect((await source.list()).map(({ name }) => name)).toEqual(['.art/y', 'a/b/z', 'top']);
  await expect(folderSource(folder, { files: 2, depth: 9 }).list()).rejects.toThrow('more than 2 files. Choose the folder of one run');
  await expect(folderSource(join(folder, 'none')).list()).rejects.toThrow('there is no such file or folder');
});

test('CSV: quotes, line breaks and marks are read; what is broken is told with its line', async () => {
  await writeFile(join(folder, 'a.csv'), '\uFEFFq,s\r\n"a ""b""","1\n2"\r\nc,3\r\n');
  expect((await all(each(csvRows(file('a.csv'), signal)))).map(({ row }) => row)).toEqual([
    { q: 'a "b"', s: '1\n2' },
    { q: 'c', s: '3' },
  ]);
  await writeFile(join(folder, 'a.csv'), 'q,s\na,1\nb\n');
  await expect(all(each(csvRows(file('a.csv'), signal)))).rejects.toThrow(/^a\.csv, line 3: /);
  await writeFile(join(folder, 'a.csv'), 'q,s\n"a,1\n');
  await expect(all(each(csvRows(file('a.csv'), signal)))).rejects.toThrow(/^a\.csv, line \d: Quote Not Closed/);
  await writeFile(join(folder, 'a.csv'), Buffer.concat([Buffer.from('q,s\na,'), Buffer.from([0xe4, 10])]));
  await expect(all(each(csvRows(file('a.csv'), signal)))).rejects.toThrow('a.csv: bytes that are not UTF-8');
});

test('SQLite: rows a page at a time and only new ones; locked, damaged and other files are told as that', async () => {
  const db = new Database(join(folder, 'a.db'));
  db.exec('CREATE TABLE "odd "" name" (x, "rowid" TEXT); CREATE TABLE t (x)');
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  for (let i = 1; i <= 25; i++) insert.run(i);
  expect(await withForeign(file('a.db'), tablesOf)).toEqual([
    { name: 'odd " name', columns: ['x', 'rowid'] },
    { name: 't', columns: ['x'] },
  ]);
  const rows = (await all(sqliteRows(file('a.db'), 't', 0, signal))).flat();
  expect(rows.map(({ row }) => row.x)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  insert.run(26);
  expect(await all(sqliteRows(file('a.db'), 't', 25, signal))).toEqual([[{ rowid: 26, row: { x: 26 } }]]);
  // A column of that name hides the number of a row.
  db.exec(`INSERT INTO "odd "" name" VALUES (1, 'b'), (2, 'a')`);
  expect((await all(sqliteRows(file('a.db'), 'odd " name', 0, signal))).flat().map(({ rowid, row }) => [rowid, row.rowid])).toEqual([
    [1, 'b'],
    [2, 'a'],
  ]);
  db.exec('CREATE TABLE hidden (rowid, _rowid_, oid)');
  await expect(all(sqliteRows(file('a.db'), 'hidden', 0, signal))).rejects.toThrow(
    'a.db, table hidden: its columns hide the number of its rows',
  );
  db.exec('BEGIN EXCLUSIVE');
  await expect(withForeign(file('a.db'), tablesOf)).rejects.toThrow('a.db: the database is locked by another program');
  db.exec('ROLLBACK');
  db.close();
  await writeFile(join(folder, 'a.db'), 'this is no database at all, whatever its name may say'.repeat(100));
  await expect(withForeign(file('a.db'), tablesOf)).rejects.toThrow('a.db: not an SQLite database.');
  await expect(withForeign(file('none.db'), tablesOf)).rejects.toThrow('none.db: ');
}, 20_000);
