/** Questions in threads of their own: not wanted any more, taking too long, their thread killed, and writers beside them. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MessageChannel, type Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { maxGroupSize } from '../../src/protocol/events.js';
import { StoreClient } from '../../src/store/client.js';
import { placeDatabase } from '../../src/store/placement.js';
import { serveQuestions } from '../../src/store/reader.js';
import { openDatabase, openForReading } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { aRun, aStep } from '../builders/aRun.js';

const cli = join(import.meta.dirname, '../../dist/cli.cjs');
const worker = join(import.meta.dirname, '../../dist/storeWorker.cjs');
const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-threads-'));
const root = join(folder, 'large', '.grpo-lab');
const opened: { close(): unknown }[] = [];
const [groups, size] = [40, 1000];

function aClient(at = root): StoreClient {
  const client = new StoreClient({ root: at, worker });
  opened.push(client);
  return client;
}

/** A run with so many solutions that a question on all of them takes a while; they are written into the database itself. */
beforeAll(async () => {
  const runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  aRun('large').withSteps(1).write(runs);
  const store = await Store.open({ root });
  store.catchUp();
  store.close();
  const { db } = await openDatabase(placeDatabase(root).file);
  db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${groups - 1})
    INSERT INTO groups (id, run, step, grp, seq, size, zero_std, advantages, length_mean, truncated, question_id, question)
      SELECT 1000 + i, key, 2, i, 1, ${size}, 0, x'', 1, 0, i, '?' FROM n, runs WHERE runs.id = 'large';
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${groups * size - 1})
    INSERT INTO solutions (id, reward, correct, finish, tokens, rewards)
      SELECT (1000 + i / ${size}) * ${maxGroupSize} + i % ${size}, 1, i % 2, 'stop', 1, '{"reward_model":0.' || (i % 99 + 1) || '}' FROM n;
    INSERT INTO solution_bodies (first, block)
      SELECT min(id), body_block(id, 'x', NULL, NULL) FROM solutions WHERE id >= 1000 * ${maxGroupSize} GROUP BY id / ${maxGroupSize};`);
  db.close();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const everything = { limit: 1 };
const solutions = groups * size;

test('a question that is not wanted any more fails at once; others are answered, and the same one later', async () => {
  const client = aClient();
  const wanted = new AbortController();
  const heard: number[] = [];
  const progress = (done: number, total: number): void => {
    heard.push(done / total);
    wanted.abort(new Error('not wanted'));
  };
  const answer = client.asking({ signal: wanted.signal, progress }).opinions('large', everything);
  await expect(answer).rejects.toThrow('not wanted');
  expect(heard).toEqual([0]);
  expect(await client.ask.step('large', 1)).toMatchObject({ step: 1 });
  expect((await client.ask.opinions('large', everything))!.n).toBe(solutions);
  await expect(client.asking({ signal: AbortSignal.abort(new Error('never')) }).step('large', 1)).rejects.toThrow('never');
});

test('a search and a question that tells its progress end by themselves when nobody wants the answer any more', async () => {
  const { port1, port2 } = new MessageChannel();
  const abandoned = new SharedArrayBuffer(4);
  await serveQuestions(port2, { root, database: placeDatabase(root).file, abandoned });
  opened.push(port1);
  const answer = async (id: number, question: string, ...args: unknown[]): Promise<unknown> => {
    port1.postMessage({ id, question, args });
    for (;;) {
      const [message] = (await once(port1, 'message')) as [{ kind: string }];
      if (message.kind !== 'progress') return message;
    }
  };
  const piece = { run: 'large', firstStep: 0, lastStep: 2, solutions };
  const searches = ['text ~ /y/', 'reward > 0'].map((filter) => ['searchPiece', filter, piece, { limit: 10 }]);
  for (const [i, [question, ...args]] of [...searches, ['opinions', 'large', everything]].entries()) {
    const [wanted, unwanted] = [2 * i + 1, 2 * i + 2];
    Atomics.store(new Int32Array(abandoned), 0, unwanted);
    expect(await answer(unwanted, question as string, ...args)).toMatchObject({
      id: unwanted,
      kind: 'error',
      message: expect.stringContaining('wants') as string,
    });
    expect(await answer(wanted, question as string, ...args)).toMatchObject({ id: wanted, kind: 'answer' });
  }
});

test('a question that takes too long says that it was given up, and after which time', async () => {
  const client = aClient();
  await client.ask.runs();
  const hasty = client.asking({ limitMs: 1 });
  await expect(hasty.opinions('large', everything)).rejects.toThrow('The store gave up on "opinions": there was no answer after 0.001 s.');
  expect((await client.ask.opinions('large', everything))!.n).toBe(solutions);
});

/** Kills the threads that are answering just now. */
function killReaders(client: StoreClient): void {
  for (const { thread } of (client as unknown as { readers: { readers: Set<{ thread: Worker }> } }).readers.readers)
    void thread.terminate();
}

test('a question whose thread dies is asked again; when that dies too it fails, and the next one is answered', async () => {
  const client = aClient();
  let kills = 0;
  const killing = (times: number) =>
    client.asking({
      progress: () => {
        if (kills++ < times) killReaders(client);
      },
    });
  expect((await killing(1).opinions('large', everything))!.n).toBe(solutions);
  expect(kills).toBeGreaterThan(1);
  kills = 0;
  await expect(killing(2).opinions('large', { ...everything, steps: 1 })).rejects.toThrow(/"opinions": its thread died twice/);
  expect(await client.ask.step('large', 1)).toMatchObject({ step: 1 });
});

test('a long answer does not hold up a short one', async () => {
  const client = aClient();
  const order: string[] = [];
  await Promise.all([client.ask.opinions('large', everything), client.ask.step('large', 1)]); // two threads are there
  await Promise.all([
    client.ask.opinions('large', { ...everything, steps: 1 }).then(() => order.push('long')),
    client.ask.step('large', 1).then(() => order.push('short')),
  ]);
  expect(order).toEqual(['short', 'long']);
});

test('what answers cannot write', async () => {
  const db = await openForReading(placeDatabase(root).file);
  opened.push(db);
  expect(() => db.exec('DELETE FROM runs')).toThrow(/readonly/);
});

test('two windows, this process and command lines ask and read in at once while readers are killed: all see the same in the end', async () => {
  const busy = join(folder, 'busy', '.grpo-lab');
  const runs = join(busy, 'runs');
  mkdirSync(runs, { recursive: true });
  const next = mulberry32(7);
  const written = ['a', 'b', 'c'].map((id) => aRun(id).withSteps(8, { groups: 4, size: 4 }).write(runs));
  const windows = [aClient(busy), aClient(busy)];
  const store = await Store.open({ root: busy });
  opened.push(store);
  const ask = async (client: StoreClient): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      const run = written[Math.floor(next() * 3)].id;
      const group = await client.ask.group(run, 1 + Math.floor(next() * 12), Math.floor(next() * 4));
      if (group) expect(group.solutions).toHaveLength(4); // all of a group, or nothing of it
      if (i % 10 === 5) killReaders(client);
    }
  };
  const write = async (): Promise<void> => {
    for (let step = 9; step <= 12; step++) {
      for (const run of written) run.append(...aStep(step, 4, 4));
      expect(store.catchUp()).toEqual([]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  /** A process of its own, which reads in what it finds and says so. */
  const commandLine = async (run: string): Promise<void> => {
    const args = [cli, 'show', run, '--json', '--folder', join(folder, 'busy')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env } });
    const { step } = JSON.parse(stdout) as { step: number };
    expect(step).toBeGreaterThanOrEqual(8);
  };
  await Promise.all([...windows.map(ask), ...windows.map((w) => w.catchUp()), write(), ...['a', 'b', 'c'].map(commandLine)]);
  await Promise.all(windows.map((w) => w.catchUp()));
  store.catchUp();
  for (const window of windows) expect((await window.ask.runs()).rows).toEqual(store.queries.runs().rows);
  const dump = [...store.dump()];
  for (const client of opened.splice(0)) await client.close();
  rmSync(placeDatabase(busy).file);
  for (const suffix of ['-wal', '-shm']) rmSync(placeDatabase(busy).file + suffix, { force: true });
  const fresh = await Store.open({ root: busy });
  opened.push(fresh);
  fresh.catchUp();
  expect(dump).toEqual([...fresh.dump()]);
});
