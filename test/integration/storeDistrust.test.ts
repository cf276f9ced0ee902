/** What a cloned folder may bring along that nobody should believe: a database, and things in place of files. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreClient } from '../../src/store/client.js';
import { openDatabase } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { aGroup, anIdentity, aRun, aSolution } from '../builders/aRun.js';

const worker = join(import.meta.dirname, '../../dist/storeWorker.cjs');
let root: string;
let runs: string;
const opened: { close(): unknown }[] = [];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-distrust-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

async function ingest(): Promise<Store> {
  const store = await Store.open({ root });
  opened.push(store);
  store.catchUp();
  return store;
}

describe('a database that came with the folder', () => {
  const forged = (): string => join(root, 'grpo-lab.db');

  /** A database as ours, with a run that there is not, offsets that pass over what there is, and triggers that change what is written. */
  async function forge(): Promise<string> {
    const { db } = await openDatabase(forged());
    db.exec(`INSERT INTO runs (key, id, version, name) VALUES (76, 'forged', 1, 'forged'), (77, 'real', 1, 'real')`);
    const identity = db.prepare('INSERT INTO identities (run, json) VALUES (?, ?)');
    identity.run(76, JSON.stringify(anIdentity('forged')));
    identity.run(77, JSON.stringify(anIdentity('real')));
    db.exec(`INSERT INTO segments (run, name, offset, lines, skipping, torn) VALUES (77, '000001.ndjson', 1000000, 9, 0, 0)`);
    for (const table of ['groups', 'metrics', 'segments', 'runs'])
      db.exec(`CREATE TRIGGER evil_${table} AFTER INSERT ON ${table} BEGIN
        UPDATE runs SET name = 'pwned', method = 'pwned'; DELETE FROM solutions; END`);
    db.exec(
      "CREATE TRIGGER evil_update AFTER UPDATE ON runs BEGIN INSERT INTO problems (run, file, line, reason) VALUES (1, 'x', 1, 'pwned'); END",
    );
    db.close();
    return digest(forged());
  }
  const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

  test('has no effect: neither its rows nor its offsets nor its triggers, and it stays as it is', async () => {
    const run = aRun('real').withSteps(3).write(runs);
    const before = await forge();
    const listed = readdirSync(root);
    const store = await ingest();
    expect(store.queries.runs().rows.map((r) => r.name)).toEqual(['real']);
    expect(store.queries.group(run.id, 2, 0)?.solutions).toHaveLength(4);
    expect(store.queries.problems(run.id).rows).toEqual([]);
    expect(digest(forged())).toBe(before);
    expect(readdirSync(root)).toEqual(listed); // no log beside it, no journal
  });

  test('is said to be of no use, once', async () => {
    aRun('real').withSteps(1).write(runs);
    await forge();
    const first = await Store.open({ root });
    expect(first.notices.join()).toMatch(/grpo-lab\.db is not used any more.*can be deleted/);
    first.close();
    const second = await Store.open({ root });
    opened.push(second);
    expect(second.notices).toEqual([]);
  });
});

test('nothing is written into the folder that is read', async () => {
  aRun('a').withSteps(2).write(runs);
  const before = readdirSync(join(root, '..'), { recursive: true }).sort();
  const client = new StoreClient({ root, worker });
  opened.push(client);
  await client.catchUp();
  expect((await client.ask.runs()).rows).toHaveLength(1);
  await client.rebuild();
  expect(readdirSync(join(root, '..'), { recursive: true }).sort()).toEqual(before);
});

test('no connection trusts the schema of its file, or lets SQL write past it', async () => {
  const { db } = await openDatabase(join(root, 'any.db'));
  opened.push(db);
  expect(db.pragma('trusted_schema', { simple: true })).toBe(0);
  expect(db.pragma('cell_size_check', { simple: true })).toBe(1);
  db.pragma('writable_schema = ON');
  expect(() => db.exec("UPDATE sqlite_schema SET sql = 'x'")).toThrow(/may not be modified/);
});

test('another run in the place of a known one is read from its beginning', async () => {
  const former = aRun('same').withSteps(3).write(runs);
  const store = await ingest();
  expect(store.queries.steps(former.id, { limit: 10 }).rows).toHaveLength(3);
  rmSync(join(root, '..'), { recursive: true }); // the clone is deleted, another one made at the same path
  const texts = [0, 1].map((i) => ({ ...aSolution(i), text: `other ${i}`.repeat(40) }));
  const group = { ...aGroup(1, 0), solutions: texts } as ReturnType<typeof aGroup>;
  aRun('same').with({ type: 'log', level: 'info', message: 'another beginning' }, group).withSteps(5, { groups: 3 }).write(runs);
  store.close();
  opened.splice(0);
  const again = await ingest();
  const fresh = await Store.open({ root, dataFolder: join(root, 'fresh') });
  opened.push(fresh);
  fresh.catchUp();
  expect([...again.dump()]).toEqual([...fresh.dump()]);
  expect(again.queries.steps('same', { limit: 10 }).rows).toHaveLength(5);
});

describe.skipIf(process.platform === 'win32')('things that are no files, in a thread that would wait for them for ever', () => {
  const fifo = (file: string): void => void execFileSync('mkfifo', [file]);
  let server: Server | undefined;
  afterEach(() => server?.close());

  function aClient(): StoreClient {
    const client = new StoreClient({ root, worker });
    opened.push(client);
    return client;
  }

  test('a named pipe as a segment is passed over and said, its neighbours are read', async () => {
    const run = aRun('piped').withSteps(2).write(runs);
    aRun('fine').withSteps(1).write(runs);
    fifo(join(run.directory, 'events', '000002.ndjson'));
    const client = aClient();
    await client.catchUp();
    expect((await client.ask.steps('piped', { limit: 9 })).rows.map((s) => s.step)).toEqual([2, 1]);
    expect((await client.ask.problems('piped')).rows).toMatchObject([
      { file: 'events/000002.ndjson', line: 0, reason: expect.stringContaining('a named pipe instead of a file') as string },
    ]);
    expect((await client.ask.runs()).rows.map((r) => r.id).sort()).toEqual(['fine', 'piped']);
    run.append({ type: 'log', level: 'info', message: 'goes on' });
    await client.catchUp();
    expect((await client.ask.logs('piped', { limit: 1 })).rows).toMatchObject([{ message: 'goes on' }]);
    expect((await client.ask.problems('piped')).rows).toHaveLength(1);
  });

  test('a file in the place of the pipe is read as if the pipe had never been', async () => {
    const run = aRun('piped').withSteps(1).write(runs);
    fifo(join(run.directory, 'events', '000002.ndjson'));
    const client = aClient();
    await client.catchUp();
    expect((await client.ask.problems('piped')).rows).toHaveLength(1);
    rmSync(join(run.directory, 'events', '000002.ndjson'));
    run.append({ type: 'log', level: 'info', message: 'a file now' });
    await expect.poll(async () => (await client.ask.logs('piped', { limit: 1 })).rows.map((l) => l.message)).toEqual(['a file now']);
    expect((await client.ask.problems('piped')).rows).toEqual([]);
  });

  test.each(['run.json', 'grades/other-checker.ndjson', 'watch/gpu-node.ndjson', 'process.json'])(
    'a named pipe as %s holds nothing up',
    async (name) => {
      const run = aRun('piped').withSteps(2).write(runs);
      for (const folder of ['grades', 'watch']) mkdirSync(join(run.directory, folder));
      rmSync(join(run.directory, name), { force: true });
      fifo(join(run.directory, name));
      const client = aClient();
      await client.catchUp();
      expect((await client.ask.steps('piped', { limit: 9 })).rows.map((s) => s.step)).toEqual([2, 1]);
      const problems = (await client.ask.problems('piped')).rows.map((p) => `${p.file}: ${p.reason}`);
      expect(problems).toEqual(
        name === 'process.json' ? [] : [expect.stringMatching(new RegExp(`${name}: .*a named pipe instead of a file`))],
      );
    },
  );

  test('sockets, folders and devices are passed over as well', async () => {
    const run = aRun('odd').withSteps(1).write(runs);
    const events = join(run.directory, 'events');
    mkdirSync(join(events, '000002.ndjson'));
    symlinkSync('/dev/zero', join(events, '000003.ndjson'));
    server = createServer().listen(join(events, '000004.ndjson'));
    await expect.poll(() => existsSync(join(events, '000004.ndjson'))).toBe(true);
    const client = aClient();
    await client.catchUp();
    expect((await client.ask.problems('odd')).rows.map((p) => p.reason.split(' instead')[0])).toEqual([
      'is a folder',
      'is a device',
      'is a socket',
    ]);
    expect(await client.ask.step('odd', 1)).not.toBeNull();
  });

  test('the command line lists a folder with such runs', () => {
    const run = aRun('piped').withSteps(2).write(runs);
    for (const name of ['process.json', 'events/000002.ndjson', 'stderr.log']) fifo(join(run.directory, name));
    const file = join(root, '..', 'out');
    writeFileSync(
      file,
      execFileSync(process.execPath, ['dist/cli.cjs', 'ls', '--json', '--folder', join(root, '..')], { timeout: 240_000 }),
    );
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject([{ id: 'piped', step: 2 }]);
  });
});
