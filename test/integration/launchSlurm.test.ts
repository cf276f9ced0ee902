/** Runs on a real SLURM of two nodes, launched from the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healthOf } from '../../src/launch/health.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { isAlive, type ProcessId } from '../../src/launch/targets/local/processes.js';
import { readJob, writeJob } from '../../src/protocol/jobRecord.js';
import { lostOf } from '../../src/protocol/watch.js';
import { needs } from '../builders/needs.js';
import { newPython, noNewPython, noTrl, trlPython } from '../builders/python.js';
import { CommandWorld, ended, expectWhole, jobOf, newJobs, reaches, stepOf } from './commandWorld.js';
import { eventsOfType, until } from './launchWorld.js';
import { Cluster, noAccounts, noSlurm } from './slurm/cluster.js';
import { TrlJob } from './trlJob.js';

/** A loop as anybody would write it: a step takes a moment, a checkpoint after each, it looks for requests, and goes on where it was. */
const loop = `
import os, signal, sys, time
from pathlib import Path
from grpo_lab.events import RunWriter

steps, stubborn = int(sys.argv[1]), "stubborn" in sys.argv
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with RunWriter() as run:
    state = run.run_dir / "state"
    begun = int(state.read_text()) if state.exists() else 0
    if begun:
        run.resume(from_step=begun)
    print("from", begun, "on", os.environ["SLURMD_NODENAME"], os.environ.get("COLOUR"), flush=True)
    for step in range(begun + 1, steps + 1):
        time.sleep(0.1)
        run.metrics(step=step, values={"reward/mean": step / steps})
        beside = state.with_suffix(".new")
        beside.write_text(str(step))
        beside.replace(state)
        run.status(state="running", step=step)
        turn = int(os.environ.get("SLURM_RESTART_COUNT", 0))
        while step == int(os.environ.get("HOLD", 0)) and turn < int(os.environ["TURNS"]) and not run.stop_requested:
            time.sleep(0.1)  # until its place is taken away
        if run.stop_requested and not stubborn:
            break
`;

describe('on SLURM', { timeout: 600_000 }, () => {
  needs(noSlurm === undefined, noSlurm ?? '');
  needs(newPython, noNewPython);
  let cluster: Cluster;
  let world: CommandWorld;
  const state = (directory: string) => newJobs().of(directory)!.state();
  beforeAll(async () => {
    if (noSlurm !== undefined || newPython === undefined) return;
    cluster = await Cluster.start();
    world = new CommandWorld();
    writeFileSync(join(world.folder, 'loop.py'), loop);
  });
  afterAll(async () => {
    if (noSlurm !== undefined || newPython === undefined) return;
    await cluster.dispose();
    world.remove();
  });

  const cli = (...args: string[]) => world.cli(...args);
  const launch = (path: string) => world.launch(path);
  const experiment = (
    name: string,
    steps: number,
    { target = '', hold = 0, turns = 2, run = "['${python}', loop.py, '${steps}']", command = '' } = {},
  ) =>
    world.experiment(name, {
      ...{ run, command, steps, target: `name: slurm, cpus: 1${target}` },
      env: `COLOUR: 'it''s green', PYTHONPATH: ${resolve('python')}, HOLD: '${hold}', TURNS: '${turns}'`,
    });
  /** SLURM's id of the run's job, whichever turn it has. */
  const id = (directory: string) => jobOf(directory).split('.')[0];

  /** Jobs that share the nodes with the one below; it waits for them before it loses its own. */
  const others = [Promise.withResolvers<true>(), Promise.withResolvers<true>()];

  test.concurrent('a run is shown, submitted, warned, requeued, loses its node, and comes to its end: one run, nothing twice', async () => {
    const path = experiment('whole', 30, { hold: 20 });
    expect(await cli('check', path)).toMatch(/^ {2}debug: up, \d of 2 nodes idle, 2 cores, 1\.95 GiB, no GPU$/m);
    const shown = await cli('run', path, '--dry-run');
    expect(shown).toContain('#SBATCH --signal=B:USR2@120');
    expect(shown).toContain(`export COLOUR='it'\\''s green'`);
    const directory = await launch(path);
    await reaches(directory, 3);
    const record = readJob(directory)!;
    expect(record).toMatchObject({ target: 'slurm', ended: null });
    expect(await state(directory)).toMatchObject({ kind: 'running', detail: expect.stringMatching(/^on n[12]$/) as string });

    // As SLURM does before it takes a place away.
    await cluster.ask('scancel', '--batch', '--signal=USR2', id(directory));
    await until(async () => (await state(directory)).kind === 'queued');
    expect(await healthOf(directory, newJobs())).toBe('alive');
    const waited = stepOf(directory);
    expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'running', message: 'its turn is over: it waits for another' });
    await until(() => jobOf(directory) === `${id(directory)}.1`);
    await reaches(directory, waited + 3);

    const before = readJob(directory) as unknown as { nodes: string; trainer: ProcessId };
    await Promise.all(others.map(({ promise }) => promise));
    await cluster.fail(before.nodes);
    await until(() => jobOf(directory) === `${id(directory)}.2`);
    await ended(directory);
    // SLURM has lost sight of them, and leaves them alive.
    expect(await isAlive(before.trainer)).toBe(false);
    const after = readJob(directory)!;
    expect(after.nodes).not.toBe(before.nodes);
    expect(after.ended).toMatchObject({ exit_code: 0 });
    expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'finished', step: 30 });
    expect(await eventsOfType(directory, 'resume')).toHaveLength(2);
    expect(readFileSync(join(directory, 'stdout.log'), 'utf8').match(/^from \d+ on n[12] it's green$/gm)).toHaveLength(3);
    expect(lostOf(directory)).toEqual([]);
    await expectWhole(directory, 30);
    await cluster.startNode(before.nodes);
  });

  test.concurrent(
    'one that waits says why, and is stopped before its turn; one that runs is stopped, and resumed as another job',
    async () => {
      try {
        const path = experiment('stopped', 40, { hold: 20 });
        const directory = await launch(path);
        await reaches(directory, 3);
        const waiting = await launch(experiment('waiting', 10, { target: ', nodes: 2, options: { exclusive: "" }' }));
        await until(async () => /Resources|Priority/.test((await state(waiting)).detail ?? ''));
        expect(await healthOf(waiting, newJobs())).toBe('alive');
        expect(await cli('show', basename(waiting))).toMatch(/^SLURM job \d+ waits: .*(?:Resources|Priority)/m);
        // However long it waits: nobody who looks takes it for quiet.
        writeJob(waiting, { ...readJob(waiting)!, heartbeat: new Date(0).toISOString() });
        expect(await cli('ls')).not.toContain('quiet');
        expect(await cli('stop', basename(waiting))).toContain('stopped');
        expect(lastEvent(waiting, ['status'])).toMatchObject({ state: 'stopped', message: 'stopped before its turn came' });
        expect(await cluster.ask('squeue', '-h', '-t', 'all', '-j', id(waiting), '-o', '%T')).toBe('CANCELLED');
        expect(lostOf(waiting)).toEqual([]);

        const former = id(directory);
        expect(await cli('stop', basename(directory))).toContain('stopped');
        expect(readJob(directory)).toMatchObject({ job: `${former}.0`, ended: { exit_code: 0 } });
        expect(stepOf(directory)).toBeLessThan(40);
        await cli('resume', basename(directory), '--detach');
        expect(id(directory)).not.toBe(former);
        await ended(directory);
        await expectWhole(directory, 40);
      } finally {
        others[0].resolve(true);
      }
    },
  );

  test.concurrent('one of two nodes has its processes on both, that know each other', async ({ skip }) => {
    try {
      skip(trlPython === undefined, noTrl);
      writeFileSync(
        join(world.folder, 'ranks.py'),
        'import os\ne = os.environ\nopen(e["GRPO_LAB_RUN"] + "/rank" + e["RANK"], "w").write(e["WORLD_SIZE"] + e["SLURMD_NODENAME"])\n',
      );
      const path = experiment('ranks', 1, { target: ', nodes: 2, processes: 2', run: `[${trlPython}, ranks.py]` });
      const directory = await launch(path);
      expect(await ended(directory)).toMatchObject({ exit_code: 0 });
      const ranks = [0, 1, 2, 3].map((rank) => readFileSync(join(directory, `rank${rank}`), 'utf8'));
      expect(ranks.sort()).toEqual(['4n1', '4n1', '4n2', '4n2']);
    } finally {
      others[1].resolve(true);
    }
  });

  test('a controller that is away is no loss; a job that it does not know is one', async () => {
    const directory = await launch(experiment('away', 10_000));
    await reaches(directory, 2);
    const record = readJob(directory)!;
    const silent = { ...record, heartbeat: new Date(0).toISOString() };
    expect(await newJobs().target('slurm').attach(directory, silent).state()).toMatchObject({
      kind: 'running',
      detail: `on ${String(record.nodes)}`,
    });
    const unknown = { ...silent, job: '4711.0', since: silent.heartbeat };
    expect(await newJobs().target('slurm').attach(directory, unknown).state()).toMatchObject({
      kind: 'gone',
      detail: 'SLURM no longer knows job 4711',
    });

    await cluster.fail('slurmctld');
    expect(await newJobs().target('slurm').attach(directory, silent).state()).toMatchObject({
      kind: 'unknown',
      detail: expect.stringMatching(/Unable to contact/) as string,
    });
    expect(await healthOf(directory, newJobs())).toBe('alive'); // it is heard of
    await cli('ls');
    expect(lostOf(directory)).toEqual([]);
    expect(await cli('stop', basename(directory))).toContain('stopped');
    await cluster.startController();
    await until(async () => (await cluster.ask('sinfo', '-h')) !== '');
  });

  test('one that does not listen is killed with all that it has started', async () => {
    const run = "['${python}', loop.py, '${steps}', stubborn]";
    const directory = await launch(experiment('stubborn', 10_000, { run, command: 'stop_grace: 0.2' }));
    await reaches(directory, 2);
    const { watcher, trainer } = readJob(directory) as unknown as { watcher: ProcessId; trainer: ProcessId };
    expect(await cli('stop', basename(directory), '--grace', '1')).toContain('ended by force');
    expect([await isAlive(watcher), await isAlive(trainer)]).toEqual([false, false]);
    const step = stepOf(directory);
    await sleep(500); // whoever lived on would go on
    expect(stepOf(directory)).toBe(step);
  });

  test(
    'a training of TRL on both nodes is captured, stopped, resumed, loses a node, waits for it, and comes to its end',
    { timeout: 1_800_000 },
    async ({ skip }) => {
      skip(trlPython === undefined, noTrl);
      const training = new TrlJob(world, 'name: slurm, cpus: 1, nodes: 2', 4);
      const directory = await training.start('trl');
      expect(await state(directory)).toMatchObject({ kind: 'running', detail: 'on n[1-2]' });
      await training.stopAndResume(directory);

      const { trainer } = readJob(directory) as unknown as { trainer: ProcessId };
      await cluster.fail('n2');
      await until(async () => (await state(directory)).kind === 'queued');
      expect(await isAlive(trainer)).toBe(false);
      expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'running' });
      expect(await healthOf(directory, newJobs())).toBe('alive');
      await cluster.startNode('n2');
      await until(() => jobOf(directory) === `${id(directory)}.1`);
      await training.comesToItsEnd(directory);
      expect(lostOf(directory)).toEqual([]);
    },
  );

  test('a job of higher priority takes its place: it is warned, waits, and goes on in its place', async () => {
    const directory = await launch(experiment('preempted', 30, { hold: 20, turns: 1 }));
    await reaches(directory, 3);
    const urgent = await cluster.ask(
      'sbatch',
      '--parsable',
      '--partition=urgent',
      '--nodes=2',
      '--exclusive',
      '--output=/dev/null',
      '--wrap=exec sleep 3600',
    );
    await until(async () => (await cluster.ask('squeue', '-h', '-j', urgent, '-o', '%T')) === 'RUNNING');
    expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'running', message: 'its turn is over: it waits for another' });
    expect(await state(directory)).toMatchObject({ kind: 'queued' });
    expect(jobOf(directory)).toBe(`${id(directory)}.0`);
    await cluster.ask('scancel', urgent);
    await until(() => jobOf(directory) === `${id(directory)}.1`);
    expect(await ended(directory)).toMatchObject({ exit_code: 0 });
    await expectWhole(directory, 30);
    expect(await eventsOfType(directory, 'resume')).toHaveLength(1);
    expect(lostOf(directory)).toEqual([]);
  });

  test('a place that is taken away without a warning: it is not said to have been stopped, waits, and goes on from its checkpoint', async () => {
    const directory = await launch(experiment('taken', 30, { hold: 20, turns: 1 }));
    await reaches(directory, 20);
    // What SLURM does with the job when a node of it fails, or its place goes to another at once.
    await cluster.ask('scontrol', 'requeue', id(directory));
    await until(async () => (await state(directory)).kind === 'queued');
    expect(lastEvent(directory, ['status'])).toMatchObject({
      ...{ state: 'running', step: 20, message: 'its turn was taken away: it waits for another' },
    });
    expect(await healthOf(directory, newJobs())).toBe('alive');
    expect(readJob(directory)).toMatchObject({ job: `${id(directory)}.0`, ended: null });
    expect(await ended(directory)).toMatchObject({ exit_code: 0 });
    expect(jobOf(directory)).toBe(`${id(directory)}.1`);
    await expectWhole(directory, 30);
    expect((await eventsOfType(directory, 'resume')).map(({ from_step }) => from_step)).toEqual([20]);
    expect(lostOf(directory)).toEqual([]);
  });

  test('what cannot run is refused in SLURM’s own words, and the run says so', async () => {
    const path = experiment('greedy', 5, { target: ', memory: 900G' });
    const refusal = /Memory specification can not be satisfied|Requested node configuration is not available/;
    await expect(launch(path)).rejects.toThrow(refusal);
    const [run] = JSON.parse(await cli('ls', '--json')) as { name: string; state: string; message: string }[];
    expect(run).toMatchObject({ name: 'greedy-1', state: 'failed', message: expect.stringMatching(refusal) as string });
  });
});

describe('on SLURM that keeps accounts', { timeout: 600_000 }, () => {
  needs(noAccounts === undefined, noAccounts ?? '');
  needs(newPython, noNewPython);
  let cluster: Cluster;
  let world: CommandWorld;
  beforeAll(async () => {
    if (noAccounts !== undefined || newPython === undefined) return;
    cluster = await Cluster.start({ accounts: true });
    world = new CommandWorld();
    writeFileSync(join(world.folder, 'loop.py'), loop);
  });
  afterAll(async () => {
    if (noAccounts !== undefined || newPython === undefined) return;
    await cluster.dispose();
    world.remove();
  });

  test('a run that died without a word while nobody looked is lost, and how its job has ended is said', async () => {
    const directory = await world.launch(
      world.experiment('forgotten', {
        ...{ run: "['${python}', loop.py, '${steps}']", steps: 10_000, target: 'name: slurm, cpus: 1' },
        env: `PYTHONPATH: ${resolve('python')}, TURNS: '0'`,
      }),
    );
    await reaches(directory, 2);
    const job = jobOf(directory).split('.')[0];
    const { watcher, trainer } = readJob(directory) as unknown as { watcher: ProcessId; trainer: ProcessId };
    for (const { pid } of [watcher, trainer]) process.kill(pid, 'SIGKILL');
    // As after a weekend.
    await until(async () => (await cluster.ask('scontrol', 'show', 'job', job)) === '');
    writeJob(directory, { ...readJob(directory)!, heartbeat: new Date(0).toISOString() });
    expect(await newJobs().of(directory)!.state()).toEqual({
      ...{ kind: 'ended', exitCode: null, signal: 'signal 9', detail: expect.stringMatching(/^SLURM: FAILED on n[12]$/) as string },
    });
    await world.cli('ls');
    expect(lostOf(directory)).toMatchObject([
      { target: 'slurm', job: `${job}.0`, tail: [expect.stringMatching(/^SLURM: FAILED on n[12]\.$/)] },
    ]);
  });
});
