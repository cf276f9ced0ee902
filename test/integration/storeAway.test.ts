/** Run folders that are not there now, or only in part: nothing is forgotten that nobody has deleted, and no list breaks. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anIdentity, aMetrics, aRun, aStatus, aStep } from '../builders/aRun.js';
import { writeIdentity } from '../../src/protocol/identity.js';
import { StoreClient } from '../../src/store/client.js';
import { placeDatabase } from '../../src/store/placement.js';
import { openDatabase } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';

const worker = join(import.meta.dirname, '../../dist/storeWorker.cjs');
let base: string;
let root: string;
let runs: string;
const opened: { close(): unknown }[] = [];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'grpo-lab-away-'));
  root = join(base, '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(base, { recursive: true, force: true });
});

async function open(): Promise<Store> {
  const store = await Store.open({ root });
  opened.push(store);
  return store;
}
/** Does something as a user whom file modes bind: they bind no root, as which a container may run the tests. */
function unprivileged<T>(work: () => T): T {
  if (process.getuid?.() !== 0) return work();
  chmodSync(base, 0o755);
  process.seteuid!('nobody');
  try {
    return work();
  } finally {
    process.seteuid!(0);
  }
}
function aClient(): StoreClient {
  const client = new StoreClient({ root, worker });
  opened.push(client);
  return client;
}
const idsOf = (store: Store): string[] =>
  store.queries
    .runs()
    .rows.map((r) => r.id)
    .sort();
const cli = (...args: string[]): string =>
  execFileSync(process.execPath, ['dist/cli.cjs', ...args, '--folder', base], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('run.json is missing', () => {
  /** As a copy under way leaves it: `events/` sorts before `run.json`. */
  function withoutIdentity(id: string) {
    const run = aRun(id).withSteps(3).with(aStatus(3, 'finished')).write(runs);
    rmSync(join(run.directory, 'run.json'));
    return run;
  }

  test('the run is shown with what is known, and with what to do; every other list stands', async () => {
    withoutIdentity('bare');
    aRun('whole').withSteps(2).with({ type: 'benchmark', step: 2, suite: 's', mode: 'greedy', value: 0.5, n: 2 }).write(runs);
    const store = await open();
    expect(store.catchUp()).toEqual([]);
    expect(idsOf(store)).toEqual(['bare', 'whole']);
    const run = store.queries.run('bare')!;
    expect(run).toMatchObject({
      name: 'bare',
      experiment: 'bare',
      method: 'unknown',
      state: 'finished',
      step: 3,
      totalSteps: 100,
      problems: 1,
    });
    expect(run.created).toBe('2026-01-01T00:00:02.000Z'); // of its first event
    expect(store.queries.problems('bare').rows).toMatchObject([
      { file: 'run.json', reason: expect.stringMatching(/^run\.json is missing: .*Copy run\.json/) as string },
    ]);
    expect(store.queries.group('bare', 2, 1)?.runName).toBe('bare');
    expect(store.queries.allBenchmarks({ limit: 10 }).results.map((b) => b.run)).toEqual(['whole']);
    expect(store.queries.series(['bare'], { metrics: ['kl'], room: 100 })[0].step).toEqual([1, 2, 3]);
  });

  test('a window sees it, goes on seeing others, and its name once run.json comes', async () => {
    const bare = withoutIdentity('bare');
    const client = aClient();
    await client.catchUp();
    expect((await client.ask.runs()).rows).toMatchObject([{ id: 'bare', problems: 1 }]);
    aRun('later').withSteps(1).write(runs);
    await expect.poll(async () => (await client.ask.runs()).rows.length).toBe(2);
    writeIdentity(bare.directory, { ...anIdentity('bare'), name: 'Its name' });
    await expect.poll(async () => (await client.ask.run('bare'))?.name).toBe('Its name');
    expect((await client.ask.problems('bare')).rows).toEqual([]);
  });

  test('the command line lists and shows it', () => {
    withoutIdentity('bare');
    expect(cli('ls')).toMatch(/bare +finished/);
    expect(cli('show', 'bare')).toMatch(/run\.json is missing/);
  });

  test('a row of the database that cannot be read breaks no list', async () => {
    for (const id of ['a', 'b', 'c']) aRun(id).withSteps(1).write(runs);
    const store = await open();
    store.catchUp();
    const { db } = await openDatabase(placeDatabase(root).file);
    opened.push(db);
    db.exec("UPDATE identities SET json = '{}' WHERE run = (SELECT key FROM runs WHERE id = 'a')");
    db.exec("UPDATE identities SET json = '{not json' WHERE run = (SELECT key FROM runs WHERE id = 'b')");
    db.exec("UPDATE runs SET latest = '{not json', spark = '' WHERE id = 'b'");
    const changes = store.changes();
    db.exec('UPDATE clock SET now = now + 1');
    expect(changes.take()).toEqual([]);
    expect(['a', 'b'].map((id) => store.queries.run(id)!.host)).toEqual(['', '']);
    expect(
      store.queries
        .runs()
        .rows.map((r) => [r.id, r.latest.kl])
        .sort(),
    ).toEqual([
      ['a', 0.001],
      ['b', undefined],
      ['c', 0.001],
    ]);
    expect(store.queries.allBenchmarks({ limit: 5 }).results).toEqual([]);
  });
});

describe('the folder of runs is out of reach', () => {
  async function known(): Promise<Store> {
    for (const id of ['a', 'b']) aRun(id).withSteps(3).write(runs);
    const store = await open();
    store.catchUp();
    return store;
  }

  test('missing: everything is kept and that is said; once it is back it goes on where it was', async () => {
    const store = await known();
    const before = [...store.dump()];
    renameSync(root, join(base, 'unmounted'));
    store.catchUp();
    expect(store.absence).toMatch(/runs is not there now \(there is no such folder\).*nothing of it is forgotten/);
    expect(idsOf(store)).toEqual(['a', 'b']);
    expect([...store.dump()]).toEqual(before);
    expect(() => store.rebuild()).toThrow(/nothing is rebuilt/);
    renameSync(join(base, 'unmounted'), root);
    store.catchUp();
    expect(store.absence).toBeNull();
    expect([...store.dump()]).toEqual(before);
  });

  test('an empty folder in its place, as a mount point without its share: everything is kept', async () => {
    const store = await known();
    renameSync(runs, join(base, 'unmounted'));
    mkdirSync(runs);
    store.catchUp();
    expect(store.absence).toMatch(/empty folder is in its place/);
    expect(idsOf(store)).toEqual(['a', 'b']);
    store.rebuild(); // whoever asks for it means the empty one
    expect(idsOf(store)).toEqual([]);
  });

  test('a link to a share that is not there leads to the same database', async () => {
    const share = join(base, 'share');
    renameSync(root, share);
    symlinkSync(share, root);
    const store = await known();
    store.close();
    opened.splice(0);
    renameSync(share, join(base, 'unmounted'));
    const again = await open();
    again.catchUp();
    expect(idsOf(again)).toEqual(['a', 'b']);
    expect(again.absence).not.toBeNull();
  });

  test('what cannot be read is not taken for empty', async () => {
    const store = await known();
    rmSync(runs, { recursive: true });
    symlinkSync('runs', runs); // leads to itself: the system answers with an error, as of a stale handle
    store.catchUp();
    expect(store.absence).toMatch(/ELOOP/);
    expect(idsOf(store)).toEqual(['a', 'b']);
  });

  test('deleted runs are gone, also the last one and all at once', async () => {
    const store = await known();
    rmSync(join(runs, 'a'), { recursive: true });
    store.catchUp();
    expect(idsOf(store)).toEqual(['b']);
    rmSync(join(runs, 'b'), { recursive: true });
    store.catchUp();
    expect(idsOf(store)).toEqual([]);
    expect(store.absence).toBeNull();
  });

  test('before the first run nothing is missing', async () => {
    rmSync(runs, { recursive: true });
    const store = await open();
    store.catchUp();
    expect(store.absence).toBeNull();
  });

  test('a window says it once and shows the runs; the command line says it and lists them', async () => {
    await known();
    const client = aClient();
    await client.catchUp();
    const messages: string[] = [];
    client.onNotice((message) => messages.push(message));
    renameSync(runs, join(base, 'unmounted'));
    await expect.poll(() => messages).toHaveLength(1);
    expect(messages[0]).toMatch(/is not there now/);
    expect((await client.ask.runs()).rows).toHaveLength(2);
    await client.catchUp();
    expect(messages).toHaveLength(1);
    expect(cli('ls')).toMatch(/^b .*\na /m);
  });
});

describe('a run folder is out of reach', () => {
  test('one whose files are gone keeps its rows and says so; when they are back that is over', async () => {
    const run = aRun('mounted').withSteps(3).write(runs);
    const store = await open();
    store.catchUp();
    renameSync(run.directory, join(base, 'unmounted'));
    mkdirSync(run.directory);
    expect(store.catchUp()).toEqual([]);
    expect(store.queries.run('mounted')).toMatchObject({ name: 'mounted', step: 3, problems: 1 });
    expect(store.queries.problems('mounted').rows[0].reason).toMatch(/not there now.*mount it again/);
    rmSync(run.directory, { recursive: true });
    renameSync(join(base, 'unmounted'), run.directory);
    run.append(aMetrics(4));
    store.catchUp();
    expect(store.queries.run('mounted')).toMatchObject({ step: 3, problems: 0 });
    expect(store.queries.step('mounted', 4)).not.toBeNull();
  });

  test('one that answers with an error is kept, and the others go on', async () => {
    const run = aRun('stale').withSteps(3).write(runs);
    const other = aRun('fine').withSteps(1).write(runs);
    const store = await open();
    store.catchUp();
    rmSync(run.directory, { recursive: true });
    symlinkSync('stale', run.directory);
    other.append(...aStep(2));
    expect(store.catchUp()).toMatchObject([{ run: 'stale', reason: expect.stringContaining('ELOOP') as string }]);
    expect(idsOf(store)).toEqual(['fine', 'stale']);
    expect(store.queries.steps('stale', { limit: 9 }).rows).toHaveLength(3);
    expect(store.queries.steps('fine', { limit: 9 }).rows).toHaveLength(2);
  });

  test('one that may not be read is kept', async () => {
    const run = aRun('secret').withSteps(3).write(runs);
    const store = await open();
    store.catchUp();
    chmodSync(run.directory, 0);
    expect(unprivileged(() => store.catchUp())).toMatchObject([{ run: 'secret' }]);
    chmodSync(run.directory, 0o755);
    expect(store.queries.steps('secret', { limit: 9 }).rows).toHaveLength(3);
  });
});
