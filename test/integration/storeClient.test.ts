import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreClient } from '../../src/store/client.js';
import { placeDatabase } from '../../src/store/placement.js';
import { openDatabase, StoreError } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import type { RunChange } from '../../src/store/views.js';
import { aMetrics, aRun, aStatus, aStep } from '../builders/aRun.js';

const worker = join(import.meta.dirname, '../../dist/storeWorker.cjs');
let root: string;
let runs: string;
const opened: { close(): unknown }[] = [];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-client-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

function aClient(): StoreClient {
  const client = new StoreClient({ root, worker });
  opened.push(client);
  return client;
}
/** The first change that satisfies the predicate. */
const change = (client: StoreClient, wanted: (c: RunChange) => boolean): Promise<RunChange> =>
  new Promise((resolve) => {
    const listening = client.onChange((c) => {
      if (!wanted(c)) return;
      listening.dispose();
      resolve(c);
    });
  });
const notice = (client: StoreClient): Promise<string> => new Promise((resolve) => client.onNotice(resolve));

test('a run is seen when it appears, grows, changes its state and vanishes', async () => {
  const client = aClient();
  expect((await client.ask.runs()).rows).toEqual([]);
  const appeared = change(client, (c) => c.identity);
  const run = aRun().withSteps(2).write(runs);
  expect((await appeared).run).toBe(run.id);
  const grew = change(client, (c) => c.upTo === 3);
  run.append(...aStep(3));
  expect(await grew).toMatchObject({ run: run.id, upTo: 3 });
  const finished = change(client, (c) => c.identity);
  run.append(aStatus(3, 'finished'));
  await finished;
  expect((await client.ask.runs()).rows).toMatchObject([{ id: run.id, state: 'finished', step: 3 }]);
  const vanished = change(client, (c) => c.identity);
  rmSync(run.directory, { recursive: true });
  await vanished;
  expect((await client.ask.runs()).rows).toEqual([]);
  expect(await client.ask.group(run.id, 1, 0)).toBeNull();
});

test('two windows and a command line on one database see the same runs', async () => {
  const here = aClient();
  const there = aClient();
  const written = ['a', 'b', 'c', 'd'].map((id) => aRun(id).withSteps(15, { groups: 4, size: 8 }).write(runs));
  const store = await Store.open({ root });
  opened.push(store);
  await Promise.all([here.catchUp(), there.catchUp(), Promise.resolve(store.catchUp())]);
  const seenThere = change(there, (c) => c.run === 'b' && c.upTo === 16);
  written[1].append(...aStep(16));
  store.catchUp();
  await seenThere;
  await here.catchUp();
  expect((await here.ask.runs()).rows).toEqual((await there.ask.runs()).rows);
  expect(store.queries.runs().rows).toEqual((await here.ask.runs()).rows);
  const alone = await freshDump();
  expect([...store.dump()]).toEqual(alone);
});

const database = (): string => placeDatabase(root).file;
const removeDatabase = (): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${database()}${suffix}`, { force: true });
};

/** What a database made in one go of the same directories holds. */
async function freshDump(): Promise<string[]> {
  removeDatabase();
  const fresh = await Store.open({ root });
  opened.push(fresh);
  fresh.catchUp();
  return [...fresh.dump()];
}

test('a run that is read while it is being deleted leaves nothing behind', async () => {
  const client = aClient();
  const run = aRun('doomed').withSteps(60, { groups: 8, size: 8, textLength: 500 }).write(runs);
  aRun('kept').withSteps(3).write(runs);
  const reading = client.catchUp();
  await change(client, (c) => c.run === 'doomed');
  rmSync(run.directory, { recursive: true });
  await reading;
  await client.catchUp();
  expect((await client.ask.runs()).rows.map((r) => r.id)).toEqual(['kept']);
  const store = await Store.open({ root });
  opened.push(store);
  store.catchUp();
  expect([...store.dump()]).toEqual(await freshDump());
});

test('a forgotten run is gone at once and comes back when its directory does', async () => {
  const client = aClient();
  const run = aRun().withSteps(3).write(runs);
  await client.catchUp(run.id);
  rmSync(run.directory, { recursive: true });
  await client.forget(run.id);
  expect((await client.ask.runs()).rows).toEqual([]);
  aRun().withSteps(4).write(runs);
  await client.catchUp(run.id);
  expect((await client.ask.runs()).rows).toMatchObject([{ id: run.id, step: 4 }]);
});

test('rebuilding gives the same answers', async () => {
  const client = aClient();
  const run = aRun().withSteps(5).resumedFrom(3).withSteps(4).write(runs);
  await client.catchUp();
  const before = await client.ask.group(run.id, 6, 1);
  await client.rebuild();
  expect(await client.ask.group(run.id, 6, 1)).toEqual(before);
  expect(before).not.toBeNull();
});

test('wrong parameters are refused, the thread goes on', async () => {
  const client = aClient();
  await expect(client.ask.steps('x', { limit: -1 })).rejects.toThrow(/limit/);
  await expect(client.ask.group("x' OR 1=1 --", 1, 0)).resolves.toBeNull();
  await expect(client.ask.group('x', 0.5, 0)).rejects.toThrow();
  expect((await client.ask.runs()).rows).toEqual([]);
});

test('closing twice is harmless; a closed store says so', async () => {
  const client = aClient();
  await client.ask.runs();
  await client.close();
  await client.close();
  await expect(client.ask.runs()).rejects.toThrow('closed');
});

test('a damaged database is set aside and rebuilt, and that is said', async () => {
  aRun().withSteps(2).write(runs);
  mkdirSync(dirname(database()), { recursive: true });
  writeFileSync(database(), 'this is no database, but it is long enough to look like one '.repeat(100));
  const client = aClient();
  const firstNotice = notice(client);
  await client.catchUp();
  expect(await firstNotice).toMatch(/was damaged.*rebuilt/);
  expect((await client.ask.runs()).rows).toHaveLength(1);
  expect(readdirSync(dirname(database())).some((f) => f.includes('.damaged-'))).toBe(true);
});

test('a database that is deleted while it is open is made again', async () => {
  const client = aClient();
  const run = aRun().withSteps(2).write(runs);
  await client.catchUp();
  removeDatabase();
  run.append(...aStep(3));
  await expect.poll(() => existsSync(database())).toBe(true);
  await client.catchUp();
  expect((await client.ask.steps(run.id, { limit: 10 })).rows.map((s) => s.step)).toEqual([3, 2, 1]);
});

test('a database of a newer version is refused with what to do', async () => {
  const { db } = await openDatabase(database());
  db.pragma('user_version = 999');
  db.close();
  await expect(Store.open({ root })).rejects.toThrow(StoreError);
  await expect(aClient().ask.runs()).rejects.toThrow(/newer GRPO Lab.*delete the file/);
});

test('a run that cannot be read does not hold up the others', async () => {
  const blocked = aRun('blocked').withSteps(1).write(runs);
  aRun('fine').withSteps(1).write(runs);
  rmSync(join(blocked.directory, 'events'), { recursive: true });
  symlinkSync('events', join(blocked.directory, 'events')); // leads to itself: looking at it fails
  const client = aClient();
  const firstNotice = notice(client);
  await client.catchUp();
  expect(await firstNotice).toMatch(/blocked/);
  expect((await client.ask.runs()).rows.map((r) => r.id)).toEqual(['fine']);
  const appeared = change(client, (c) => c.run === 'later');
  aRun('later').withSteps(1).write(runs); // no command asks for it: the look at all folders, every second, finds it
  await appeared;
});

/** Whether a small file system can be mounted here. */
function mountTmpfs(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('when the disk is full nothing half-written counts, and writing goes on once there is room', async (context) => {
  const { RunWriter, WriteError } = await import('../../src/protocol/runWriter.js');
  const run = aRun().withSteps(1).write(runs);
  const events = join(run.directory, 'events');
  context.skip(!mountTmpfs(events), 'A small tmpfs cannot be mounted: that needs root and the mount command.');
  try {
    const writer = RunWriter.open(run.directory);
    const filler = join(events, 'filler');
    const written: number[] = [];
    let step = 0;
    const fill = () => {
      for (;;) {
        writer.append(aMetrics(step + 1, { filler: 1 }));
        writer.append({ type: 'log', level: 'info', message: 'x'.repeat(3000) });
        written.push(++step);
      }
    };
    appendFileSync(filler, Buffer.alloc(100_000));
    expect(fill).toThrow(WriteError);
    expect(fill).toThrow(/disk is full.*resume/);
    rmSync(filler);
    writer.append(aMetrics(++step));
    written.push(step);
    writer.close();
    const store = await Store.open({ root });
    opened.push(store);
    store.catchUp();
    const steps = store.queries.steps(run.id, { limit: 10_000 }).rows.map((s) => s.step);
    expect(steps).toEqual(expect.arrayContaining(written));
    expect(steps.length - written.length).toBeLessThanOrEqual(1); // metrics whole, its log line not
    for (const problem of store.queries.problems(run.id).rows) expect(problem.reason).toMatch(/torn/);
  } finally {
    execFileSync('umount', [events]);
  }
});
