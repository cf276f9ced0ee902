import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JobRecord, writeJob } from '../../src/protocol/jobRecord.js';
import { lastSeqOf } from '../../src/protocol/segments.js';
import { recordLost } from '../../src/protocol/watch.js';
import { Store } from '../../src/store/store.js';
import { aRun, aStatus, aStep } from '../builders/aRun.js';

let root: string;
let runs: string;
let store: Store;
beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-losses-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  store = await Store.open({ root });
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const id = 'arith-grpo-1';
const catchUp = (): void => expect(store.catchUp()).toEqual([]);
const run = () => store.queries.run(id)!;
const dumped = (): string[] => [...store.dump()];

describe.each([hostname(), 'gpu-node-17'])('a watcher on %s', (host) => {
  const lost = (directory: string, seq: number, tail: string[] = []): void =>
    recordLost(directory, host, { time: '2026-01-01T01:00:00Z', target: 'local', job: 'x', seq, tail });

  test('finds that a run has died: its state and last words come from the file of findings', () => {
    const written = aRun(id)
      .with({ type: 'process', state: 'started', pid: 4711 }, ...aStep(1))
      .write(runs);
    catchUp();
    expect(run().state).toBe('running');
    const lastSeq = lastSeqOf(written.directory);
    lost(written.directory, lastSeq, ['loading', 'CUDA out of memory']);
    expect(store.ingest.hasNews(id)).toBe(true);
    catchUp();
    expect(run()).toMatchObject({ state: 'died', message: 'the process is gone', tail: ['loading', 'CUDA out of memory'] });
    expect(store.ingest.hasNews(id)).toBe(false);
    const known = dumped();
    store.rebuild();
    expect(dumped()).toEqual(known);
  });

  test('is refuted by the next event of the run, which is not dropped: its writer was not gone', () => {
    const written = aRun(id).withSteps(1).write(runs);
    catchUp();
    const lastSeq = lastSeqOf(written.directory);
    lost(written.directory, lastSeq);
    catchUp();
    expect(run().state).toBe('died');
    written.append({ type: 'metrics', step: 2, values: { kl: 0.5 } });
    catchUp();
    expect(run()).toMatchObject({ state: 'running', latest: { kl: 0.5 } });
    expect(lastSeqOf(written.directory)).toBe(lastSeq + 1);
    expect(store.queries.problems(id).rows).toEqual([]);
  });

  test('is superseded by a resume', () => {
    const written = aRun(id).withSteps(2).write(runs);
    catchUp();
    lost(written.directory, lastSeqOf(written.directory));
    written.append({ type: 'process', state: 'started', pid: 4712 }, { type: 'resume', from_step: 1, checkpoint: null }, ...aStep(2));
    catchUp();
    expect(run()).toMatchObject({ state: 'running', tail: [] });
    written.append(aStatus(2, 'finished'));
    catchUp();
    expect(run().state).toBe('finished');
  });
});

test('a file of findings that cannot be used is reported, and no longer once it is gone', () => {
  const written = aRun(id).withSteps(1).write(runs);
  mkdirSync(join(written.directory, 'watch'));
  const file = join(written.directory, 'watch', 'other-00000000.ndjson');
  writeFileSync(file, '{"v":1,"type":"lost"}\nnot json\n{"v":1,"type":"seen","by":"a newer version"}\n{"v":1,"type":"lo');
  catchUp();
  expect(store.queries.problems(id).rows).toMatchObject([
    { file: 'watch/other-00000000.ndjson', line: 1 },
    { file: 'watch/other-00000000.ndjson', line: 2 },
  ]);
  expect(run()).toMatchObject({ state: 'running', problems: 2 });
  rmSync(file);
  catchUp();
  expect(run()).toMatchObject({ state: 'running', problems: 0 });
});

test('what former versions wrote into the events is read as it was', () => {
  aRun(id)
    .with({ type: 'process', state: 'started', pid: 7 }, aStatus(1), { type: 'process', state: 'lost', pid: 7, tail: ['killed'] })
    .write(runs);
  catchUp();
  expect(run()).toMatchObject({ state: 'died', tail: ['killed'] });
});

test('what former versions found is read too: they named the process, of a machine of its own', () => {
  const written = aRun(id).withSteps(1).write(runs);
  mkdirSync(join(written.directory, 'watch'));
  const line = { v: 1, type: 'lost', time: '', host: 'gpu-node-17', pid: 4711, started: 'boot/1', seq: 99, tail: ['killed'] };
  writeFileSync(join(written.directory, 'watch', 'gpu-node-17-00000000.ndjson'), `${JSON.stringify(line)}\n`);
  catchUp();
  expect(run()).toMatchObject({ state: 'died', tail: ['killed'], problems: 0 });
});

test('a deleted run leaves no findings behind', () => {
  const written = aRun(id).withSteps(1).write(runs);
  recordLost(written.directory, 'a', { time: '', target: 'slurm', job: '7', seq: 99, tail: [] });
  catchUp();
  expect(dumped().some((line) => line.startsWith(`${id} losses `))).toBe(true);
  rmSync(written.directory, { recursive: true });
  catchUp();
  aRun(id).withSteps(1).write(runs);
  catchUp();
  expect(run().state).toBe('running');
});

test('a finding is added to those that are there, a torn one and newer kinds stay', () => {
  const { directory } = aRun(id).withSteps(1).write(runs);
  const finding = { time: '', target: 'local', job: 'x', seq: 1, tail: [] };
  recordLost(directory, 'Here & Now', finding);
  const [file] = readdirSync(join(directory, 'watch'));
  expect(file).toMatch(/^here-now-[0-9a-f]{8}\.ndjson$/);
  appendFileSync(join(directory, 'watch', file), '{"v":1,"type":"seen"}\n{"v":1,"ty');
  recordLost(directory, 'Here & Now', { ...finding, seq: 9 });
  catchUp();
  expect(dumped().filter((line) => line.startsWith(`${id} losses `))).toHaveLength(2);
});

describe('a run that says that it goes on', () => {
  const begun = Date.parse('2026-01-01T00:00:00Z');
  const heartbeat = (time: number): JobRecord => ({
    v: 1,
    target: 'slurm',
    job: '4711',
    heartbeat: new Date(time).toISOString(),
    ended: null,
  });

  test('is quiet from its newest event on when nobody watches it, and told so as time goes', () => {
    aRun(id).with(aStatus(1)).write(runs);
    catchUp();
    const event = begun + 2000;
    const at = (seconds: number) => store.quiet.take(event + seconds * 1000).map((c) => c.run);
    expect(at(60)).toEqual([]);
    expect(at(130)).toEqual([id]);
    expect(at(140)).toEqual([]);
    expect(at(200)).toEqual([id]); // another minute
    expect(run()).toMatchObject({ state: 'running', quietSince: new Date(event).toISOString() });
  });

  test('is not, as long as its events have not all been read: they may say that it has ended', () => {
    const much = Array.from({ length: 4 }, () => ({ type: 'log', level: 'info', message: 'x'.repeat(500_000) }) as const);
    aRun(id)
      .with(aStatus(1), ...much, aStatus(2), aStatus(2, 'finished'))
      .write(runs);
    expect(store.ingest.advance(id, 1)).toBe('more');
    expect(run()).toMatchObject({ state: 'running', step: 1, quietSince: null });
    expect(store.quiet.take(begun + 9e9)).toEqual([]);
    catchUp();
    expect(run()).toMatchObject({ state: 'finished', quietSince: null });
  });

  test('half a line at the end keeps no run from being quiet', () => {
    const written = aRun(id).with(aStatus(1)).write(runs);
    appendFileSync(join(written.directory, 'events', '000001.ndjson'), '{"v":1,"seq":2,"ti');
    catchUp();
    expect(run().quietSince).toBe(new Date(begun + 2000).toISOString());
  });

  test('is not, while the heartbeat of its watcher is fresh, nor once it has ended', () => {
    const written = aRun(id).with(aStatus(1)).write(runs);
    writeJob(written.directory, heartbeat(begun + 1000_000));
    catchUp();
    expect(store.quiet.take(begun + 1010_000)).toEqual([]);
    expect(store.quiet.take(begun + 1200_000)).toEqual([{ run: id, upTo: 1, identity: false }]);
    expect(run().quietSince).toBe(new Date(begun + 1000_000).toISOString());
    writeJob(written.directory, heartbeat(Date.now()));
    expect(store.quiet.take(Date.now())).toEqual([{ run: id, upTo: 1, identity: false }]);
    expect(run().quietSince).toBeNull();
    written.append(aStatus(1, 'finished'));
    catchUp();
    expect(store.quiet.take(begun + 9e9)).toEqual([]);
    expect(run()).toMatchObject({ state: 'finished', quietSince: null });
  });
});
