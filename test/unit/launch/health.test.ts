import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf } from '../../../src/launch/health.js';
import { Jobs } from '../../../src/launch/jobs.js';
import { settle } from '../../../src/launch/settle.js';
import { thisProcess } from '../../../src/launch/targets/local/processes.js';
import { Survey } from '../../../src/launch/survey.js';
import { LocalTarget } from '../../../src/launch/targets/local/localTarget.js';
import { writeIdentity } from '../../../src/protocol/identity.js';
import { listFindings, lostOf } from '../../../src/protocol/watch.js';
import { RunWriter } from '../../../src/protocol/runWriter.js';
import { anIdentity, aStatus, aStep } from '../../builders/aRun.js';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

let runs: string;
let directory: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'grpo-lab-health-'));
  directory = join(runs, 'mine-1');
  await mkdir(directory);
});
afterEach(() => rm(runs, { recursive: true, maxRetries: 5 }));

const now = Date.parse('2026-01-01T00:10:00Z');
const secondsAgo = (seconds: number): Date => new Date(now - seconds * 1000);
const gone = { pid: process.pid, started: 'another boot/1' };
/** As `process.json` was in former versions, which is also what a watcher of somebody else's may write. */
const former = {
  v: 1,
  host: hostname(),
  watcher: gone,
  trainer: gone,
  heartbeat: secondsAgo(2).toISOString(),
  ended: null as object | null,
};
const jobs = new Jobs([new LocalTarget({ executable: '', folder: '' })]);

/** A run directory as a program leaves it that knows nothing of process.json. */
function writtenBy(host: string, created: Date, write: (writer: RunWriter) => void = () => undefined): void {
  writeIdentity(directory, { ...anIdentity('mine-1'), host, backend: 'mine', created: created.toISOString() });
  const writer = RunWriter.open(directory);
  write(writer);
  writer.close();
}
const eventsText = (): string =>
  readdirSync(join(directory, 'events'))
    .map((name) => readFileSync(join(directory, 'events', name), 'utf8'))
    .join('');
const findingsText = (): unknown => JSON.parse(readFileSync(join(directory, listFindings(directory)[0]), 'utf8'));
const survey = () =>
  new Survey(runs, jobs, (at, error) => {
    throw new Error(at, { cause: error });
  }).take();

describe.each([
  ['of this host', hostname()],
  ['of another host', 'gpu-node-17'],
])('a run %s whose writer tells nothing of a process', (_, host) => {
  test('lives as long as its events are fresh, and is quiet after that: never dead', async () => {
    writtenBy(host, secondsAgo(3600), (w) => w.append(aStatus(3), secondsAgo(100)));
    expect(await healthOf(directory, jobs, now)).toBe('alive');
    expect(await healthOf(directory, jobs, now + 180_000)).toBe('quiet');
    expect(await healthOf(directory, jobs, now + 86_400_000)).toBe('quiet');
  });

  test('has ended when its last status says so', async () => {
    writtenBy(host, secondsAgo(3600), (w) => w.append(aStatus(3, 'stopped'), secondsAgo(1800)));
    expect(await healthOf(directory, jobs, now)).toBe('ended');
  });

  test('without any event it goes by its age', async () => {
    writtenBy(host, secondsAgo(10));
    expect(await healthOf(directory, jobs, now)).toBe('alive');
    expect(await healthOf(directory, jobs, now + 600_000)).toBe('quiet');
  });

  test('a survey writes nothing into it: its next event is the next number', async () => {
    writtenBy(host, secondsAgo(3600), (w) => aStep(1).forEach((event) => w.append(event, secondsAgo(1000))));
    const before = eventsText();
    await survey();
    expect(await settle(directory, jobs)).toBe(false);
    expect(eventsText()).toBe(before);
    expect(readdirSync(directory).sort()).toEqual(['events', 'run.json']);
  });
});

describe.each([
  ['', { target: 'local', job: 'k3f9' }],
  [' (by a former version)', { target: undefined, job: undefined }],
])('a run that is watched%s', (_, name) => {
  const process = (change: object): void =>
    writeFileSync(join(directory, 'process.json'), JSON.stringify({ ...former, ...name, ...change }));
  const watched = (change: object, host = hostname()): void => {
    writtenBy(host, secondsAgo(3600), (w) => w.append(aStatus(3), secondsAgo(1000)));
    process(change);
  };

  test('is alive while its trainer or its watcher is, however old its events', async () => {
    const self = await thisProcess();
    for (const living of [{ watcher: self }, { trainer: self }, { watcher: self, trainer: null }]) {
      watched(living);
      expect(await healthOf(directory, jobs, now)).toBe('alive');
    }
    watched({});
    expect(await healthOf(directory, jobs, now)).toBe('dead');
    watched({ trainer: self, ended: { at: '', exit_code: 0, signal: null } });
    expect(await healthOf(directory, jobs, now)).toBe('ended');
  });

  test('on another host its heartbeat and events decide, also when it was resumed elsewhere', async () => {
    const self = await thisProcess();
    watched({ host: 'other' });
    expect(await healthOf(directory, jobs, now)).toBe('alive');
    watched({ host: 'other', trainer: self, heartbeat: secondsAgo(600).toISOString() });
    expect(await healthOf(directory, jobs, now)).toBe('quiet');
    watched({ trainer: self }, 'other');
    expect(await healthOf(directory, jobs, now)).toBe('alive');
  });

  test('and is gone is found once, in a file of the finders’ own; its events and its process.json stay as they are', async () => {
    watched({});
    const [events, record] = [eventsText(), readFileSync(join(directory, 'process.json'), 'utf8')];
    const surveys = (await Promise.all([survey(), survey(), survey()])).flat();
    expect(surveys.map((r) => r.health)).toEqual(['ended', 'ended', 'ended']);
    expect(surveys.filter((r) => r.lost)).toHaveLength(1);
    expect(eventsText()).toBe(events);
    expect(readFileSync(join(directory, 'process.json'), 'utf8')).toBe(record);
    expect(lostOf(directory)).toMatchObject([{ target: 'local', job: name.job ?? `${hostname()}/${gone.pid}/${gone.started}`, seq: 1 }]);
    // For former versions, which read on beside this one.
    expect(findingsText()).toMatchObject({ host: hostname(), ...gone });
    expect(await healthOf(directory, jobs)).toBe('ended');
  });

  test('what was found there is believed on other hosts', async () => {
    watched({});
    await survey();
    process({ ...(name.job && { job: 'h2m4' }), host: 'other', heartbeat: secondsAgo(6000).toISOString() });
    expect(await healthOf(directory, jobs)).toBe('quiet'); // it was resumed on that host since
    expect(listFindings(directory)).toHaveLength(1);
    process({});
    expect(await healthOf(directory, jobs)).toBe('ended');
    expect(existsSync(join(directory, '.lock'))).toBe(false);
  });
});
