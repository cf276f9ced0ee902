import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evaluateRun } from '../../src/launch/evaluateRun.js';
import { LaunchError, type LaunchedRun } from '../../src/launch/launchExperiment.js';
import { readLocalRecord } from '../../src/launch/targets/local/localRecord.js';
import { isAlive, startOf } from '../../src/launch/targets/local/processes.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { Survey, type SurveyedRun } from '../../src/launch/survey.js';
import type { Start } from '../../src/launch/start.js';
import { QuietRunError } from '../../src/launch/supervisor.js';
import { readIdentity, writeIdentity } from '../../src/protocol/identity.js';
import { writeJob } from '../../src/protocol/jobRecord.js';
import { listFindings, lostOf } from '../../src/protocol/watch.js';
import { eventsOf, eventsOfType, LaunchWorld, until, untilEnded, untilStep } from './launchWorld.js';

let world: LaunchWorld;
beforeEach(async () => (world = await LaunchWorld.make()));
afterEach(() => world.dispose());

const survey = (): Promise<SurveyedRun[]> =>
  new Survey(world.runsDir, world.jobs, (directory, error) => {
    throw new Error(directory, { cause: error });
  }).take();
/** The events as if they had been written then. */
async function rewriteTimes(directory: string, time: Date, events?: object[]): Promise<void> {
  const lines = (events ?? (await eventsOf(directory))).map((e) => `${JSON.stringify({ ...e, time: time.toISOString() })}\n`);
  await rm(join(directory, 'events'), { recursive: true });
  await mkdir(join(directory, 'events'));
  await writeFile(join(directory, 'events', '000001.ndjson'), lines.join(''));
}
const processStates = async (directory: string): Promise<string[]> => (await eventsOfType(directory, 'process')).map((e) => e.state);

test('a launched run trains to its end, apart from whoever launched it, and says who it is', async () => {
  const path = await world.experiment('arith-sft');
  const directory = await world.launchOne(path);
  expect(basename(directory)).toMatch(/^arith-sft-1-[a-z0-9]{4}$/);
  expect(await untilEnded(directory)).toMatchObject({ exit_code: 0, signal: null });
  const events = await eventsOf(directory);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.filter((e) => e.type === 'metrics').map((e) => e.step)).toEqual([1, 2, 3, 4, 5]);
  expect(await processStates(directory)).toEqual(['started', 'exited']);
  expect(readFileSync(join(directory, 'stdout.log'), 'utf8')).toBe('training from step 0\n');
  expect(readIdentity(directory)).toMatchObject({
    name: 'arith-sft-1',
    number: 1,
    experiment: { name: 'arith-sft', path, source: readFileSync(path, 'utf8'), resolved: { optimiser: { learning_rate: 2e-4 } } },
    total_steps: 5,
    parent: null,
    seed: 1,
    threads: 1,
    versions: { trainer: '1' },
  });
});

test('when a run ends its segments are compressed, by its watcher, and so it is resumed', async () => {
  const directory = await world.launchOne(await world.experiment('talker', { steps: 400, mode: 'talkative' }));
  await untilStep(directory, 5);
  expect(await world.supervisor.stop(directory, { graceSeconds: 30 })).toBe('stopped');
  const names = (): string[] => readdirSync(join(directory, 'events')).sort();
  await until(() => names().join() === '000001.ndjson,000002.ndjson.zst,000003.ndjson');
  const events = await eventsOf(directory);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  const step = lastEvent(directory, ['status'])!.step;
  await world.supervisor.resume(directory);
  await untilStep(directory, step + 1);
  const resumed = (await eventsOf(directory)).slice(events.length);
  expect(resumed[0]).toMatchObject({ seq: events.length + 1, type: 'process', state: 'started' });
  expect(resumed[1]).toMatchObject({ type: 'resume', from_step: step });
  await expect(world.supervisor.compact(directory)).rejects.toThrow(/is running: its events are compressed when it has ended/);
});

test('the trainer has a process group of its own and its watcher a session of its own', async () => {
  const directory = await world.launchOne(await world.experiment('a', { steps: 1000 }));
  const state = await until(() => (readLocalRecord(directory)?.trainer ? readLocalRecord(directory) : undefined));
  const group = (pid: number): number => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[2]);
  expect(group(state.trainer!.pid)).toBe(state.trainer!.pid);
  expect(group(state.watcher.pid)).toBe(state.watcher.pid);
  process.kill(state.watcher.pid, 'SIGHUP');
  await untilStep(directory, 5);
  expect(await isAlive(state.watcher)).toBe(true);
});

test('two launches at once get two numbers and two directories', async () => {
  const path = await world.experiment('a', { steps: 1 });
  const runs = await Promise.all([1, 2, 3, 4].map(() => world.launchOne(path)));
  expect(runs.map((d) => readIdentity(d)!.number).sort()).toEqual([1, 2, 3, 4]);
  await Promise.all(runs.map(untilEnded));
  expect((await readdir(world.runsDir)).filter((n) => n.startsWith('.'))).toEqual([]);
});

describe('stopping', () => {
  test('is graceful: the trainer finishes its step and writes a checkpoint', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
    await untilStep(directory, 3);
    expect(await world.supervisor.stop(directory, { graceSeconds: 30 })).toBe('stopped');
    expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'stopped' });
    expect(await processStates(directory)).toEqual(['started', 'exited']);
    expect(await world.supervisor.stop(directory, { graceSeconds: 30 })).toBe('not running');
  });

  test('ends the whole process tree when the trainer does not listen', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000, mode: 'stubborn' }));
    await untilStep(directory, 2);
    const child = Number(readFileSync(join(directory, 'child.pid'), 'utf8'));
    expect(await startOf(child)).not.toBeNull();
    expect(await world.supervisor.stop(directory, { graceSeconds: 0.3 })).toBe('killed');
    expect(await startOf(child)).toBeNull();
    expect((await eventsOfType(directory, 'process')).at(-1)).toMatchObject({ state: 'exited', signal: 'SIGKILL' });
  });

  test('leaves nothing behind that the trainer had started', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000, mode: 'parent' }));
    await untilStep(directory, 2);
    const child = Number(readFileSync(join(directory, 'child.pid'), 'utf8'));
    await world.supervisor.stop(directory, { graceSeconds: 30 });
    await until(async () => (await startOf(child)) === null);
  });
});

describe('a run that ends badly', () => {
  test('is recorded with its exit code and its last error lines, and only those of this process', async () => {
    const directory = await world.launchOne(await world.experiment('a', { mode: 'fail' }));
    expect(await untilEnded(directory)).toMatchObject({ exit_code: 3 });
    await world.supervisor.resume(directory);
    await until(async () => (await processStates(directory)).length === 4);
    expect((await eventsOfType(directory, 'process')).filter((e) => e.state === 'exited').map((e) => e.tail)).toEqual([
      ['loading weights', 'TypeError: the weights are not there'],
      ['loading weights', 'TypeError: the weights are not there'],
    ]);
  });

  test('a killed trainer is found by its watcher', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
    await untilStep(directory, 3);
    process.kill(readLocalRecord(directory)!.trainer!.pid, 'SIGKILL');
    expect(await untilEnded(directory)).toMatchObject({ exit_code: null, signal: 'SIGKILL' });
    expect((await eventsOfType(directory, 'process')).at(-1)).toMatchObject({ state: 'exited', signal: 'SIGKILL' });
  });

  test('when watcher and trainer are both killed, the next survey says lost, once, however many windows look', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
    await untilStep(directory, 3);
    expect(await survey()).toEqual([{ id: basename(directory), directory, health: 'alive', lost: false }]);
    const { watcher, trainer } = readLocalRecord(directory)!;
    process.kill(watcher.pid, 'SIGKILL');
    process.kill(trainer!.pid, 'SIGKILL');
    await until(async () => !(await isAlive(watcher)) && !(await isAlive(trainer!)));
    const surveys = (await Promise.all([survey(), survey(), survey(), survey()])).flat();
    expect(surveys.map((r) => r.health)).toEqual(['ended', 'ended', 'ended', 'ended']);
    expect(surveys.filter((r) => r.lost)).toHaveLength(1);
    // Its events stay its writer's: what was found lies beside them.
    expect(await processStates(directory)).toEqual(['started']);
    const newest = Math.max(...(await eventsOf(directory)).map((e) => e.seq));
    expect(lostOf(directory)).toMatchObject([{ target: 'local', job: readLocalRecord(directory)!.job, seq: newest }]);
    await world.supervisor.resume(directory);
    await untilStep(directory, 5);
    expect((await eventsOf(directory)).map((e) => e.seq)).toContain(newest + 1);
  });

  test('a trainer whose watcher alone was killed is adopted, and its death found by the watch of a window', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
    await untilStep(directory, 2);
    const { watcher, trainer } = readLocalRecord(directory)!;
    process.kill(watcher.pid, 'SIGKILL');
    await until(async () => !(await isAlive(watcher)));
    expect(await survey()).toMatchObject([{ health: 'alive', lost: false }]);
    const seen = new Promise<void>((resolve) => {
      const watch = new Survey(world.runsDir, world.jobs, () => undefined).watch((runs) => {
        if (!runs.some((r) => r.lost)) return;
        watch.dispose();
        resolve();
      });
    });
    process.kill(trainer!.pid, 'SIGKILL');
    await seen;
    expect(await processStates(directory)).toEqual(['started']);
    expect(lostOf(directory)).toMatchObject([{ target: 'local', job: readLocalRecord(directory)!.job }]);
  });

  test('a pid that another process has now is not taken for the run', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 1 }));
    await untilEnded(directory);
    const reused = { pid: process.pid, started: 'another boot/12345' };
    writeJob(directory, { ...readLocalRecord(directory)!, watcher: reused, trainer: reused, ended: null });
    expect(await survey()).toMatchObject([{ health: 'ended', lost: true }]);
    expect(await world.supervisor.stop(directory, { graceSeconds: 1 })).toBe('not running');
  });

  test('a run of another host is judged by its heartbeat alone and never declared lost', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 1 }));
    await untilEnded(directory);
    const before = await processStates(directory);
    const elsewhere = { ...readLocalRecord(directory)!, host: 'some-other-host', ended: null };
    writeJob(directory, { ...elsewhere, heartbeat: new Date().toISOString() });
    expect(await survey()).toMatchObject([{ health: 'alive' }]);
    writeJob(directory, { ...elsewhere, heartbeat: new Date(Date.now() - 3_600_000).toISOString() });
    await rewriteTimes(directory, new Date(Date.now() - 3_600_000));
    expect(await survey()).toMatchObject([{ health: 'quiet', lost: false }]);
    expect(await processStates(directory)).toEqual(before);
    expect(listFindings(directory)).toEqual([]);
    await expect(world.supervisor.resume(directory)).rejects.toThrow(/has finished/);
  });

  test('a quiet run is resumed, compressed or deleted only when a person says that it has ended', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 20 }));
    await untilStep(directory, 3);
    await world.supervisor.stop(directory, { graceSeconds: 30 });
    const hourAgo = new Date(Date.now() - 3_600_000);
    const lines = (await eventsOf(directory)).map((e) => (e.type === 'status' ? { ...e, state: 'running' } : e));
    await rewriteTimes(directory, hourAgo, lines);
    writeJob(directory, { ...readLocalRecord(directory)!, host: 'some-other-host', ended: null, heartbeat: hourAgo.toISOString() });
    await expect(world.supervisor.resume(directory)).rejects.toThrow(/may still be running: it ran on some-other-host/);
    await expect(world.supervisor.delete(directory)).rejects.toBeInstanceOf(QuietRunError);
    const events = readdirSync(join(directory, 'events'));
    await expect(world.supervisor.compact(directory)).rejects.toBeInstanceOf(QuietRunError);
    expect(readdirSync(join(directory, 'events'))).toEqual(events);
    expect(await world.supervisor.stop(directory, { graceSeconds: 30 })).toBe('requested');
    await world.supervisor.resume(directory, { sure: true });
    await until(() => lastEvent(directory, ['status'])?.state === 'finished');
    await untilEnded(directory);
    await rm(join(directory, 'process.json'));
    await rewriteTimes(directory, hourAgo, lines);
    await expect(world.supervisor.delete(directory)).rejects.toThrow(/nobody watches its process/);
    await world.supervisor.delete(directory, { sure: true });
    expect(existsSync(directory)).toBe(false);
  });

  test('a run.json that names a checkpoint outside of the runs starts nothing', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 40 }));
    await untilStep(directory, 2);
    await world.supervisor.stop(directory, { graceSeconds: 30 });
    const identity = readIdentity(directory)!;
    for (const parent of [
      { run: '..', step: 1, checkpoint: 'secret' },
      { run: 'a-1', step: 1, checkpoint: '../../secret' },
    ]) {
      writeIdentity(directory, { ...identity, parent });
      await expect(world.supervisor.resume(directory)).rejects.toThrow(/not the name of a run beside|does not lie in its run directory/);
    }
    expect(await processStates(directory)).toEqual(['started', 'exited']);
  });

  test('what resuming starts is agreed to first, and nothing is started when it is not', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 40 }));
    await untilStep(directory, 2);
    await world.supervisor.stop(directory, { graceSeconds: 30 });
    const launches: Start[] = [];
    const agree = (starts: readonly Start[]): boolean => {
      launches.push(...starts);
      return false;
    };
    expect(await world.supervisor.resume(directory, { agree })).toBe(false);
    expect(launches).toMatchObject([
      { directory, resume: true, folder: world.folder, experiment: { launch: { env: { SMALL_TRAINER: '' } } } },
    ]);
    expect(await processStates(directory)).toEqual(['started', 'exited']);
    // What the folder says while the person reads is not what they agreed to.
    const swap = (): boolean => {
      const identity = readIdentity(directory)!;
      const resolved = { ...identity.experiment.resolved, launch: { env: { SMALL_TRAINER: 'fail' } } };
      writeIdentity(directory, { ...identity, experiment: { ...identity.experiment, resolved } });
      return true;
    };
    await expect(world.supervisor.resume(directory, { agree: swap })).rejects.toThrow(/was changed meanwhile/);
    expect(await processStates(directory)).toEqual(['started', 'exited']);
  });

  test('what evaluating a checkpoint starts is agreed to first, too', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 2 }));
    await untilEnded(directory);
    const { id, name, experiment } = readIdentity(directory)!;
    const starts: Start[] = [];
    const agree = (these: readonly Start[]): boolean => {
      starts.push(...these);
      return false;
    };
    const run = { id, name, resolved: experiment.resolved };
    const where = { folder: world.folder, runsDir: world.runsDir, agree };
    expect(await evaluateRun({ run, step: 2, benchmarks: [{ suite: 'held-out' }], ...where }, world.supervisor)).toBeUndefined();
    expect(starts).toMatchObject([{ resume: false, experiment: { method: { name: 'evaluate' } } }]);
    expect(await readdir(world.runsDir)).toEqual([id]);
  });

  test('a trainer that cannot be started says so', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
    await world.supervisor.stop(directory, { graceSeconds: 30 });
    await rm(join(world.folder, 'smallTrainer.mjs'));
    await world.supervisor.resume(directory);
    await until(async () => (await processStates(directory)).length === 4);
    expect((await eventsOfType(directory, 'process')).at(-1)!.tail!.join('\n')).toContain('smallTrainer.mjs');
  });

  test('a run whose directory is deleted does not train on', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000, mode: 'stubborn' }));
    await untilStep(directory, 2);
    const { watcher, trainer } = readLocalRecord(directory)!;
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    await until(async () => !(await isAlive(trainer!)) && !(await isAlive(watcher)));
    expect(existsSync(join(directory, 'run.json'))).toBe(false);
  });
});

describe('resuming', () => {
  test('continues a killed run to its end', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 30 }));
    await untilStep(directory, 3);
    process.kill(readLocalRecord(directory)!.trainer!.pid, 'SIGKILL');
    await untilEnded(directory);
    await world.supervisor.resume(directory);
    await until(() => lastEvent(directory, ['status'])?.state === 'finished');
    await untilEnded(directory);
    const [resume] = await eventsOfType(directory, 'resume');
    expect(resume.from_step).toBeGreaterThanOrEqual(3);
    const metrics = (await eventsOfType(directory, 'metrics')).map((e) => e.step);
    expect([...new Set(metrics)]).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(readFileSync(join(directory, 'checkpoints', '30', 'state'), 'utf8')).toBe('30');
    await expect(world.supervisor.resume(directory)).rejects.toThrow(/has finished/);
  });

  test('a stopped run forgets the request to stop', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 40 }));
    await untilStep(directory, 2);
    await world.supervisor.stop(directory, { graceSeconds: 30 });
    await world.supervisor.resume(directory);
    await until(() => lastEvent(directory, ['status'])?.state === 'finished');
  });

  test('a running run is not resumed, nor is one resumed twice at once', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
    await expect(world.supervisor.resume(directory)).rejects.toThrow(/is running/);
    await world.supervisor.stop(directory, { graceSeconds: 30 });
    const both = await Promise.allSettled([world.supervisor.resume(directory), world.supervisor.resume(directory)]);
    expect(both.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a chain of experiments', () => {
  test('is launched whole; each waits for the one before, without any window', async () => {
    await world.experiment('base', { steps: 8 });
    await world.experiment('sft', { steps: 4, policy: '{ from: base }' });
    const runs = await world.launch(await world.experiment('rl', { steps: 2, policy: '{ from: sft@3 }' }));
    expect(runs.map((r) => [r.experiment, r.waitsFor])).toEqual([
      ['base', []],
      ['sft', [runs[0].id]],
      ['rl', [runs[1].id]],
    ]);
    const last = runs[2].directory;
    await untilEnded(last);
    const [first] = await eventsOfType(last, 'status');
    expect(first).toMatchObject({ state: 'running', step: 0, message: `waiting for ${runs[1].id}` });
    expect(readIdentity(last)!.parent).toEqual({ run: runs[1].id, step: 3, checkpoint: 'checkpoints/3' });
    // base ends at 8; sft goes on to 11 at its step 3; rl adds 2 to that
    expect(readFileSync(join(last, 'checkpoints', '2', 'state'), 'utf8')).toBe('13');
  });

  test('takes up what is there already: a finished run, or a live one', async () => {
    const sft = await world.experiment('sft', { steps: 60 });
    const rl = await world.experiment('rl', { steps: 1, policy: '{ from: sft }' });
    const live = await world.launchOne(sft);
    const [waiting] = await world.launch(rl);
    expect(waiting.waitsFor).toEqual([basename(live)]);
    await untilEnded(waiting.directory);
    const [started] = await world.launch(rl);
    expect(started.waitsFor).toEqual([]);
    expect(readIdentity(started.directory)!.parent).toMatchObject({ run: basename(live), step: 60 });
    await untilEnded(started.directory);
  });

  test('is stopped while it waits by a request in its folder alone', async () => {
    const live = await world.launchOne(await world.experiment('sft', { steps: 10_000 }));
    const [waiting] = await world.launch(await world.experiment('rl', { steps: 1, policy: '{ from: sft }' }));
    await writeFile(join(waiting.directory, 'stop.request'), '');
    await untilEnded(waiting.directory);
    expect(lastEvent(waiting.directory, ['status'])).toMatchObject({
      state: 'stopped',
      message: `stopped while waiting for ${basename(live)}`,
    });
  });

  test('fails with a reason when the run before it fails, and goes on once that is mended', async () => {
    await world.experiment('sft', { steps: 10_000 });
    const [sft, rl] = (await world.launch(await world.experiment('rl', { steps: 1, policy: '{ from: sft }' }))) as [
      LaunchedRun,
      LaunchedRun,
    ];
    await untilStep(sft.directory, 2);
    await world.supervisor.stop(sft.directory, { graceSeconds: 30 });
    await untilEnded(rl.directory);
    const step = lastEvent(sft.directory, ['status'])!.step;
    expect(lastEvent(rl.directory, ['status'])).toMatchObject({
      state: 'failed',
      message: `${sft.id}, whose weights this run starts from, was stopped at step ${step}. Resume it, then this run.`,
    });
    await expect(world.supervisor.resume(rl.directory)).rejects.toThrow(/no finished run/);
    await world.supervisor.resume(sft.directory);
    await untilStep(sft.directory, step + 2);
    await world.supervisor.resume(rl.directory);
    // The watcher is there when it has said that it lives; what it waits for it says a moment later.
    await until(() => lastEvent(rl.directory, ['status'])?.message === `waiting for ${sft.id}`);
    expect(await world.supervisor.stop(rl.directory, { graceSeconds: 30 })).toBe('stopped');
    expect(lastEvent(rl.directory, ['status'])).toMatchObject({ state: 'stopped' });
  });

  test('texts of a mixture are found beside the experiment file, before anything starts', async () => {
    const data = (path: string) => `{ mixture: [{ path: ${path}, share: 1 }] }`;
    const gone = await world.experiment('gone', { method: 'pretrain', data: data('texts/gone.jsonl') });
    await expect(world.launch(gone)).rejects.toThrow(`there is no source of text ${join(world.folder, 'texts', 'gone.jsonl')}`);
    await mkdir(join(world.folder, 'texts'));
    const directory = await world.launchOne(await world.experiment('reads', { method: 'pretrain', data: data('texts') }));
    expect(readIdentity(directory)?.experiment.resolved.data).toMatchObject({ mixture: [{ path: join(world.folder, 'texts'), share: 1 }] });
  });

  test('that is broken is told before anything starts', async () => {
    await world.experiment('a', { policy: '{ from: b }' });
    const b = await world.experiment('b', { policy: '{ from: a }' });
    await expect(world.launch(b)).rejects.toThrow(/in a circle: b → a → b/);
    await expect(world.launch(await world.experiment('c', { policy: '{ from: nowhere }' }))).rejects.toThrow(
      /No experiment file .* is named "nowhere"/,
    );
    await expect(readdir(world.runsDir)).rejects.toThrow();
  });
});

describe('an experiment whose reward asks a reward model', () => {
  const asks = (from: string) => `{ term: correct }, { term: reward_model, from: ${from} }`;
  const rl = (from = 'orm') => world.experiment('rl', { steps: 2, policy: '{ from: sft }', method: 'grpo', reward: asks(from) });
  const orm = (options = {}) => world.experiment('orm', { steps: 7, policy: '{ from: sft }', method: 'outcome-reward', ...options });

  test('is launched after it, and what both start from is launched once', async () => {
    await world.experiment('sft', { steps: 3 });
    await orm();
    const runs = await world.launch(await rl('orm@6'));
    expect(runs.map((r) => [r.experiment, r.waitsFor])).toEqual([
      ['sft', []],
      ['orm', [runs[0].id]],
      ['rl', [runs[0].id, runs[1].id]],
    ]);
    const last = runs[2].directory;
    await until(() => lastEvent(last, ['status'])?.message === `waiting for ${runs[0].id} and ${runs[1].id}`);
    await untilEnded(last);
    expect(readIdentity(last)).toMatchObject({
      parent: { run: runs[0].id, step: 3, checkpoint: 'checkpoints/3' },
      reward_model: { run: runs[1].id, step: 6, checkpoint: 'checkpoints/6' },
    });
    // sft ends at 3; orm goes on from there to 9 at its step 6; rl adds 2 of its own
    expect(readFileSync(join(last, 'checkpoints', '2', 'state'), 'utf8')).toBe(String(3 + 9000 + 2));
  });

  test('takes up what is there: a finished run is frozen into run.json, a live one waited for, also after a resume', async () => {
    await untilEnded(await world.launchOne(await world.experiment('sft', { steps: 3 })));
    const model = await world.launchOne(await orm({ steps: 10_000 }));
    const waiting = await world.launchOne(await rl());
    expect(readIdentity(waiting)).toMatchObject({ parent: { step: 3 } });
    expect(readIdentity(waiting)!.reward_model).toBeUndefined();
    await until(() => lastEvent(waiting, ['status'])?.message === `waiting for ${basename(model)}`);
    expect(await world.supervisor.stop(waiting, { graceSeconds: 30 })).toBe('stopped');
    await world.supervisor.resume(waiting);
    await until(() => lastEvent(waiting, ['status'])?.message === `waiting for ${basename(model)}`);
    await world.supervisor.stop(model, { graceSeconds: 30 });
    await untilEnded(waiting);
    const { step } = lastEvent(model, ['status'])!;
    expect(lastEvent(waiting, ['status'])).toMatchObject({
      state: 'failed',
      message: `${basename(model)}, whose reward model this run asks, was stopped at step ${step}. Resume it, then this run.`,
    });
    // Named by its id, the run that was stopped is good enough.
    const started = await world.launchOne(await rl(basename(model)));
    await untilEnded(started);
    expect(readIdentity(started)!.reward_model).toMatchObject({ run: basename(model), step });
  });

  test('is refused, before anything starts, when what it names trains no reward model, or is not there', async () => {
    await world.experiment('sft');
    await expect(world.launch(await rl('sft'))).rejects.toThrow(
      'rl cannot start: "sft" has no reward model: its method is sft. Name an experiment or a run whose method is outcome-reward or process-reward.',
    );
    await expect(world.launch(await rl())).rejects.toThrow(/No experiment file .* is named "orm"/);
    await orm({ policy: '{ from: rl }' });
    await expect(world.launch(await rl())).rejects.toThrow(/in a circle: rl → orm → rl/);
    await expect(readdir(world.runsDir)).rejects.toThrow();
  });
});

test('an experiment with errors is not launched; its problems come along', async () => {
  const path = await world.experiment('a');
  await writeFile(path, readFileSync(path, 'utf8').replace('steps: 5', 'steps: 0'));
  const error = await world.launch(path).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(LaunchError);
  expect((error as LaunchError).problems.map((p) => p.range.start.line)).toEqual([5]);
});

test('a run can be renamed and, once it has ended, deleted', async () => {
  const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
  await expect(world.supervisor.delete(directory)).rejects.toThrow(/is running/);
  await world.supervisor.rename(directory, 'the good one');
  expect(readIdentity(directory)).toMatchObject({ name: 'the good one', id: basename(directory) });
  await world.supervisor.stop(directory, { graceSeconds: 30 });
  await world.supervisor.delete(directory);
  expect(await readdir(world.runsDir)).toEqual([]);
});
