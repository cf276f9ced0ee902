/** Runs on a target that is not this machine: a daemon with a queue, job ids and a disk of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf } from '../../src/launch/health.js';
import { Jobs } from '../../src/launch/jobs.js';
import { programsIn } from '../../src/launch/ownPrograms.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { Survey } from '../../src/launch/survey.js';
import { LocalTarget } from '../../src/launch/targets/local/localTarget.js';
import { tailOf } from '../../src/launch/tail.js';
import { Supervisor } from '../../src/launch/supervisor.js';
import { readJob, writeJob } from '../../src/protocol/jobRecord.js';
import { lostOf } from '../../src/protocol/watch.js';
import { DaemonTarget } from './daemon/daemonTarget.js';
import { eventsOf, eventsOfType, LaunchWorld, until } from './launchWorld.js';
import { smallBackends } from './smallBackends.js';

let disk: string;
let daemon: ChildProcess;
let url: string;
let world: LaunchWorld;
const local = new LocalTarget(programsIn(resolve('dist')));

beforeEach(async () => {
  disk = await mkdtemp(join(tmpdir(), 'grpo-lab-daemon-'));
  const bundle = { bundle: true, platform: 'node', target: 'node22', logLevel: 'error', format: 'esm' } as const;
  await build({ ...bundle, entryPoints: ['test/integration/daemon/jobDaemon.ts'], outfile: join(disk, 'jobDaemon.mjs') });
  daemon = spawn(process.execPath, [join(disk, 'jobDaemon.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<string>((found) => daemon.stdout!.once('data', (data: Buffer) => found(data.toString().trim())));
  url = `http://127.0.0.1:${port}`;
  world = await LaunchWorld.make(new Jobs([local, new DaemonTarget(url, disk)]), 'daemon');
});
afterEach(async () => {
  await stopDaemon();
  await world.dispose();
  await rm(disk, { recursive: true, force: true, maxRetries: 5 });
});

async function stopDaemon(): Promise<void> {
  if (daemon.exitCode !== null) return;
  const ended = new Promise((gone) => daemon.once('exit', gone));
  daemon.stdin!.end();
  await ended;
}
/** What a window does every few seconds. */
const survey = () =>
  new Survey(world.runsDir, world.jobs, (directory, error) => {
    throw new Error(directory, { cause: error });
  }).take();
const untilHere = (directory: string, step: number) =>
  until(async () => {
    await survey();
    return (lastEvent(directory, ['status'])?.step ?? 0) >= step;
  });
const untilEnded = (directory: string) =>
  until(async () => {
    await survey();
    return readJob(directory)?.ended;
  });
const state = async (directory: string) => (await world.jobs.of(directory)!.state()).kind;

test('a run trains there to its end, and all it writes comes here; what is known of it names no process and no host', async () => {
  const directory = await world.launchOne(await world.experiment('a'));
  expect(await untilEnded(directory)).toMatchObject({ exit_code: 0, signal: null });
  expect(readJob(directory)).toMatchObject({ target: 'daemon', job: '1', resources: { threads: 1 } });
  const record = readFileSync(join(directory, 'process.json'), 'utf8');
  for (const word of ['pid', 'started', hostname()]) expect(record).not.toContain(word);
  const events = await eventsOf(directory);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.filter((e) => e.type === 'metrics').map((e) => e.step)).toEqual([1, 2, 3, 4, 5]);
  expect(readFileSync(join(directory, 'checkpoints', '5', 'state'), 'utf8')).toBe('5');
  expect(await tailOf(await world.jobs.log(directory, 'stdout.log'), 5)).toEqual(['training from step 0']);
  expect(await survey()).toEqual([{ id: basename(directory), directory, health: 'ended', lost: false }]);
  expect(lostOf(directory)).toEqual([]);
});

test('a second run waits for its turn, and is stopped before it, or has it', async () => {
  const path = await world.experiment('a', { steps: 10_000 });
  const [first, second, third] = [await world.launchOne(path), await world.launchOne(path), await world.launchOne(path)];
  expect([await state(second), await healthOf(second, world.jobs)]).toEqual(['queued', 'alive']);
  expect((await survey()).find(({ directory }) => directory === second)).toMatchObject({ job: 'the daemon, job 2 waits' });
  expect(await world.supervisor.stop(second, { graceSeconds: 30 })).toBe('stopped');
  expect(lastEvent(second, ['status'])).toMatchObject({ state: 'stopped', message: 'stopped before its turn came' });
  expect(lostOf(second)).toEqual([]);
  await world.supervisor.stop(first, { graceSeconds: 30 });
  await untilHere(third, 2);
  await world.supervisor.resume(second);
  expect(await state(second)).toBe('queued');
  await world.supervisor.stop(third, { graceSeconds: 30 });
  await untilHere(second, 2);
  const events = await eventsOf(second);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
});

test('who launched it may go: from its folder alone another finds the job, follows, stops and resumes it', async () => {
  const script = join(world.folder, 'launchAndLeave.cjs');
  const bundle = { bundle: true, platform: 'node', target: 'node22', logLevel: 'error', format: 'cjs' } as const;
  await build({ ...bundle, entryPoints: ['test/integration/daemon/launchAndLeave.ts'], outfile: script });
  const path = await world.experiment('a', { steps: 60 });
  const { stdout } = await promisify(execFile)(process.execPath, [script, world.folder, path, url, disk]);
  const directory = stdout.trim();
  await untilHere(directory, 3);
  expect(await world.supervisor.stop(directory, { graceSeconds: 30 })).toBe('stopped');
  const { step } = lastEvent(directory, ['status'])!;
  expect(existsSync(join(directory, 'checkpoints', String(step)))).toBe(true);
  await world.supervisor.resume(directory);
  expect(readJob(directory)).toMatchObject({ target: 'daemon', job: '2', ended: null });
  await untilEnded(directory);
  expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'finished', step: 60 });
  expect(await eventsOfType(directory, 'resume')).toMatchObject([{ from_step: step }]);
});

describe('a run that ends badly', () => {
  test('does not listen, and is ended with all that it has started', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000, mode: 'stubborn' }));
    await untilHere(directory, 2);
    expect(await world.supervisor.stop(directory, { graceSeconds: 0.3 })).toBe('killed');
    expect(readJob(directory)!.ended).toMatchObject({ exit_code: null, signal: 'SIGKILL' });
  });

  test('dies without a word, and is found lost, once, with its last error lines and its exit code; it can be resumed', async () => {
    const directory = await world.launchOne(await world.experiment('a', { mode: 'fail' }));
    await until(async () => (await state(directory)) === 'ended');
    const surveys = (await Promise.all([survey(), survey(), survey()])).flat();
    expect(surveys.filter((r) => r.lost)).toHaveLength(1);
    expect(lostOf(directory)).toMatchObject([
      { target: 'daemon', job: '1', tail: ['loading weights', 'TypeError: the weights are not there', 'The job ended with exit code 3.'] },
    ]);
    await world.supervisor.resume(directory);
    expect(readJob(directory)).toMatchObject({ job: '2' });
  });

  test('on a daemon that cannot be asked just now it is alive as long as it was heard of, then quiet, and never lost', async () => {
    const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
    await untilHere(directory, 2);
    await stopDaemon();
    expect(await state(directory)).toBe('unknown');
    expect(await healthOf(directory, world.jobs)).toBe('alive');
    expect(await healthOf(directory, world.jobs, Date.now() + 600_000)).toBe('quiet');
    expect(await survey()).toMatchObject([{ health: 'alive', lost: false }]);
    expect(await world.supervisor.stop(directory, { graceSeconds: 1 })).toBe('requested');
    expect(lostOf(directory)).toEqual([]);
  });
});

test('an installation without this target reads the run, asks it to stop, and says what it lacks', async () => {
  const directory = await world.launchOne(await world.experiment('a', { steps: 10_000 }));
  await untilHere(directory, 2);
  const other = new Supervisor(new Jobs([local]), smallBackends(world.folder));
  expect(await other.health(directory)).toBe('alive');
  expect(await other.stop(directory, { graceSeconds: 1 })).toBe('requested');
  writeJob(directory, { ...readJob(directory)!, ended: { at: '', exit_code: 0, signal: null } });
  await expect(other.resume(directory)).rejects.toThrow('There is no target "daemon" here. Known: local.');
});
