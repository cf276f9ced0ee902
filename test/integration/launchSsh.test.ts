/** Runs on a machine that ssh reaches: a real sshd, the system's ssh, and a loop in Python that writes its run with grpo_lab.events. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { programsIn } from '../../src/launch/ownPrograms.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { Survey } from '../../src/launch/survey.js';
import { jobsOn } from '../../src/launch/targets/jobsOn.js';
import { lives } from '../../src/launch/targets/local/detached.js';
import { readSshRecord, type SshRecord } from '../../src/launch/targets/ssh/sshRecord.js';
import { readIdentity } from '../../src/protocol/identity.js';
import { readJob } from '../../src/protocol/jobRecord.js';
import { listSegments, withSegment } from '../../src/protocol/segments.js';
import { lostOf } from '../../src/protocol/watch.js';
import { needs } from '../builders/needs.js';
import { newPython, noNewPython, noTrl, trlPython } from '../builders/python.js';
import { hasSshServer, noSshServer, SshServer } from '../builders/sshServer.js';
import { eventsOf, eventsOfType, until } from './launchWorld.js';

needs(hasSshServer, noSshServer);
needs(newPython, noNewPython);

const isThere = hasSshServer && newPython !== undefined;
const exec = promisify(execFile);
const jobs = jobsOn(programsIn(resolve('dist')));
let server: SshServer;
let folder: string;
let runsDir: string;

beforeEach(async () => {
  if (!isThere) return;
  server = await SshServer.start();
  vi.stubEnv('GRPO_LAB_SSH_CONFIG', server.config);
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-ssh-'));
  runsDir = join(folder, '.grpo-lab', 'runs');
  cpSync('test/integration/ssh/loop.py', join(folder, 'loop.py'));
});
afterEach(async () => {
  if (!isThere) return;
  for (const id of runs()) {
    const directory = join(runsDir, id);
    const mirror = readSshRecord(directory)?.mirror;
    if (readJob(directory)?.ended === null) await jobs.of(directory)?.kill();
    if (mirror && (await lives(mirror.process))) process.kill(mirror.process.pid, 'SIGKILL');
  }
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  await server.dispose();
});

const runs = (): string[] => {
  try {
    return readdirSync(runsDir).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
};

const cli = async (...args: string[]): Promise<string> =>
  (await exec(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder })).stdout;

/** Launches an experiment. @returns the directory of its run */
async function start(keys: string): Promise<string> {
  const rest = 'backend: command\npolicy: { model: none }\ndata: { dataset: none }\nmethod: { name: grpo, group_size: 4 }\n';
  writeFileSync(join(folder, 'loop.experiment.yaml'), `name: loop\n${rest}${keys}\n`);
  await cli('run', 'loop.experiment.yaml', '--detach');
  return join(runsDir, runs()[0]);
}

const launch = (steps: number): Promise<string> =>
  start(`command:
  run: ['\${python}', loop.py, --steps, '\${steps}']
  resume: [--resume]
steps: ${steps}
launch:
  env: { MOOD: 'it''s "$HOME" \`id\`' }
  target: { name: ssh, host: ${server.host}, folder: ${server.disk}/a lab, python: ${newPython}, files: [loop.py] }`);

/** Up to which step the loop may go. */
function permit(steps: number): void {
  mkdirSync(there(folder), { recursive: true });
  writeFileSync(join(there(folder), 'permit'), String(steps));
}

/** What a window does every few seconds. */
const survey = () =>
  new Survey(runsDir, jobs, (directory, error) => {
    throw new Error(directory, { cause: error });
  }).take();

const untilConnection = (directory: string, state: 'up' | 'lost'): Promise<SshRecord> =>
  until(() => {
    const record = readSshRecord(directory);
    return record?.connection.state === state ? record : undefined;
  });

const there = (directory: string): string => join(server.disk, 'a lab', directory);
const step = (directory: string): number => lastEvent(directory, ['status'])?.step ?? 0;
const text = (directory: string): Buffer =>
  Buffer.concat(listSegments(directory).map((name) => withSegment(directory, name, (s) => Buffer.from(s.read(0, s.size)))));

function expectACopy(directory: string): void {
  expect(text(directory).equals(text(there(directory)))).toBe(true);
  for (const log of ['stdout.log', 'stderr.log'])
    expect(readFileSync(join(directory, log)).equals(readFileSync(join(there(directory), log)))).toBe(true);
}

test('a loop is launched there, followed while connections and windows come and go, stopped, and resumed to its end', async () => {
  const directory = await launch(20);
  permit(3);
  await until(() => step(directory) === 3);
  const first = await untilConnection(directory, 'up');
  expect(first).toMatchObject({ target: 'ssh', host: server.host, outcome: null });
  expect(await jobs.of(directory)!.state()).toEqual({ kind: 'running', detail: `on ${server.host}` });

  // The network goes, and comes again: the run has gone on, and the same process takes up the line.
  await server.cut();
  const lost = await untilConnection(directory, 'lost');
  expect(await jobs.of(directory)!.state()).toMatchObject({
    kind: 'unknown',
    detail: expect.stringContaining(`connection to ${server.host} lost since ${lost.connection.since}`) as string,
  });
  const shown = { health: 'alive', lost: false, job: expect.stringContaining('lost since') as string };
  expect((await survey())[0]).toMatchObject(shown);
  permit(8);
  await until(() => step(there(directory)) === 8);
  expect(step(directory)).toBe(3);
  await server.open();
  await until(() => step(directory) === 8);
  expect((await untilConnection(directory, 'up')).mirror).toEqual(first.mirror);

  // Whoever opens the folder again has it followed again.
  process.kill(first.mirror!.process.pid, 'SIGKILL');
  await until(async () => !(await lives(first.mirror!.process)));
  permit(12);
  await survey();
  await until(() => step(directory) === 12);
  expect(readSshRecord(directory)!.mirror!.id).not.toBe(first.mirror!.id);

  expect(await cli('stop', runs()[0])).toContain('stopped');
  expect(readJob(directory)!.ended).toMatchObject({ exit_code: 0, signal: null });
  expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'stopped' });
  expectACopy(directory);

  permit(20);
  await cli('resume', runs()[0], '--detach');
  await until(() => readJob(directory)?.ended);
  expectACopy(directory);
  const events = await eventsOf(directory);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  expect((await eventsOfType(directory, 'metrics')).map((e) => e.step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(await eventsOfType(directory, 'resume')).toMatchObject([{ from_step: 12 }]);
  expect((await eventsOfType(directory, 'process')).map((e) => [e.state, e.exit_code])).toEqual([
    ['started', undefined],
    ['exited', 0],
    ['started', undefined],
    ['exited', 0],
  ]);
  expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'finished', step: 20 });
  expect(lostOf(directory)).toEqual([]);
});

test('what the machine has is asked of it', async () => {
  const settings = { name: 'ssh', host: server.host, folder: server.disk };
  expect(await jobs.target('ssh').offers(settings)).toMatchObject([
    { name: server.host, state: 'reached', cpus: expect.any(Number) as number, memoryBytes: totalmem() },
  ]);
});

test('a job that dies there with all that belongs to it is lost, not followed for ever', async () => {
  const directory = await launch(2);
  permit(1);
  await until(() => step(directory) === 1);
  const [, pid] = readFileSync(join(there(directory), 'job.pid'), 'utf8')
    .split(' ')
    .map(Number);
  process.kill(-pid, 'SIGKILL');
  await until(() => readJob(directory)?.ended ?? lostOf(directory)[0]);
  expect(lostOf(directory)).toMatchObject([{ target: 'ssh', job: readJob(directory)!.job }]);
  expectACopy(directory);
});

test('an unchanged script of TRL is captured there to the token, and capture is the run’s writer', async ({ skip }) => {
  skip(trlPython === undefined, noTrl);
  for (const name of ['train.py', 'tiny.py']) cpSync(join('test/fixtures/capture', name), join(folder, name));
  const directory = await start(`command:
  run: ['\${python}', train.py, '--output=\${run_dir}/trl', '--steps=\${steps}']
  capture: true
steps: 2
launch:
  env: { OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' }
  target: { name: ssh, host: ${server.host}, folder: ${server.disk}/lab, python: ${trlPython}, files: [train.py, tiny.py] }`);
  await until(() => readJob(directory)?.ended);
  expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'finished', step: 2 });
  const groups = await eventsOfType(directory, 'group');
  expect([...new Set(groups.map((group) => group.step))]).toEqual([1, 2]);
  const solutions = groups.reduce((n, group) => n + group.solutions.length, 0);
  expect(await eventsOfType(directory, 'trace')).toHaveLength(solutions);
  expect(readIdentity(directory)).toMatchObject({
    sampling: { logp_temperature: 0.7 },
    versions: { trl: expect.stringMatching(/^1\./) as string },
  });
  expect((await eventsOfType(directory, 'log')).filter(({ level }) => level !== 'info')).toEqual([]);
});
