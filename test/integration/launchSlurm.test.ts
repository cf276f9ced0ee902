/** Runs on a real SLURM of two nodes, launched from the command line. */
import { execFile } from 'node:child_process';
import { readFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healthOf } from '../../src/launch/health.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { programsIn } from '../../src/launch/ownPrograms.js';
import { jobsOn } from '../../src/launch/targets/jobsOn.js';
import { isAlive, type ProcessId } from '../../src/launch/targets/local/processes.js';
import { readJob, writeJob } from '../../src/protocol/jobRecord.js';
import { lostOf } from '../../src/protocol/watch.js';
import { needs } from '../builders/needs.js';
import { newPython, noNewPython } from '../builders/python.js';
import { eventsOf, eventsOfType, until } from './launchWorld.js';
import { Cluster, noSlurm } from './slurm/cluster.js';

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
        while step == int(os.environ.get("HOLD", 0)) and os.environ.get("SLURM_RESTART_COUNT") != "2" and not run.stop_requested:
            time.sleep(0.1)  # until its node is missed
        if run.stop_requested and not stubborn:
            break
`;

describe('on SLURM', { timeout: 600_000 }, () => {
  needs(noSlurm === undefined, noSlurm ?? '');
  needs(newPython, noNewPython);
  let cluster: Cluster;
  let folder: string;
  /** As in a window that was opened this moment: it has asked nothing yet. */
  const anew = () => jobsOn(programsIn(resolve('dist')));
  const state = (directory: string) => anew().of(directory)!.state();
  beforeAll(async () => {
    if (noSlurm !== undefined || newPython === undefined) return;
    cluster = await Cluster.start();
    // A name that a careless script would break at.
    folder = await mkdtemp(join(tmpdir(), "grpo lab's #50% "));
    await writeFile(join(folder, 'loop.py'), loop);
  });
  afterAll(async () => {
    if (noSlurm !== undefined || newPython === undefined) return;
    await cluster.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const cli = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder })).stdout;
  async function experiment(name: string, steps: number, { target = '', hold = 0 } = {}): Promise<string> {
    const path = join(folder, `${name}.experiment.yaml`);
    await writeFile(
      path,
      `name: ${name}
backend: command
command: { run: ['\${python}', loop.py, '\${steps}'] }
policy: { model: none }
data: { dataset: none }
method: { name: grpo, group_size: 4 }
launch:
  env: { COLOUR: 'it''s green', PYTHONPATH: ${resolve('python')}, HOLD: '${hold}' }
  target: { name: slurm, cpus: 1${target} }
steps: ${steps}
`,
    );
    return path;
  }
  async function launch(path: string): Promise<string> {
    const [{ directory }] = JSON.parse(await cli('run', path, '--detach', '--json')) as { directory: string }[];
    return directory;
  }
  const stepOf = (directory: string) => lastEvent(directory, ['status'])?.step ?? 0;
  const reaches = (directory: string, step: number) => until(() => stepOf(directory) >= step);
  const job = (directory: string) => readJob(directory)!.job;
  const id = (directory: string) => job(directory).split('.')[0];
  const ended = (directory: string) => until(() => readJob(directory)?.ended);

  /** Every number once, and every step that was not superseded once. */
  async function isWhole(directory: string, steps: number): Promise<void> {
    const events = await eventsOf(directory);
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
    const told = new Map<number, number>();
    for (const event of events) {
      if (event.type === 'resume') for (const step of [...told.keys()]) if (step > event.from_step) told.delete(step);
      if (event.type === 'metrics') told.set(event.step, (told.get(event.step) ?? 0) + 1);
    }
    expect([...told]).toEqual(Array.from({ length: steps }, (_, i) => [i + 1, 1]));
  }

  /** Jobs that share the nodes with the one below; it waits for them before it loses its own. */
  const others = [Promise.withResolvers<true>(), Promise.withResolvers<true>()];

  test.concurrent('a run is shown, submitted, warned, requeued, loses its node, and comes to its end: one run, nothing twice', async () => {
    const path = await experiment('whole', 30, { hold: 20 });
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
    expect(await healthOf(directory, anew())).toBe('alive');
    const waited = stepOf(directory);
    expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'running', message: 'its turn is over: it waits for another' });
    await until(() => job(directory) === `${id(directory)}.1`);
    await reaches(directory, waited + 3);

    const before = readJob(directory) as unknown as { nodes: string; trainer: ProcessId };
    await Promise.all(others.map(({ promise }) => promise));
    await cluster.fail(before.nodes);
    await until(() => job(directory) === `${id(directory)}.2`);
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
    await isWhole(directory, 30);
    await cluster.startNode(before.nodes);
  });

  test.concurrent(
    'one that waits says why, and is stopped before its turn; one that runs is stopped, and resumed as another job',
    async () => {
      try {
        const path = await experiment('stopped', 40, { hold: 20 });
        const directory = await launch(path);
        await reaches(directory, 3);
        const waiting = await launch(await experiment('waiting', 10, { target: ', nodes: 2, options: { exclusive: "" }' }));
        await until(async () => /Resources|Priority/.test((await state(waiting)).detail ?? ''));
        expect(await healthOf(waiting, anew())).toBe('alive');
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
        await isWhole(directory, 40);
      } finally {
        others[0].resolve(true);
      }
    },
  );

  test.concurrent('one of two nodes has its processes on both, that know each other', async ({ skip }) => {
    try {
      const torch = join(homedir(), '.cache', 'grpo-lab', 'trl-1.13.0', 'bin', 'python');
      if (!existsSync(torch)) skip('There is no PyTorch: npm run e2e installs one.');
      await writeFile(
        join(folder, 'ranks.py'),
        'import os\ne = os.environ\nopen(e["GRPO_LAB_RUN"] + "/rank" + e["RANK"], "w").write(e["WORLD_SIZE"] + e["SLURMD_NODENAME"])\n',
      );
      const path = await experiment('ranks', 1, { target: ', nodes: 2, processes: 2' });
      await writeFile(path, readFileSync(path, 'utf8').replace("'${python}', loop.py, '${steps}'", `${torch}, ranks.py`));
      const directory = await launch(path);
      expect(await ended(directory)).toMatchObject({ exit_code: 0 });
      const ranks = [0, 1, 2, 3].map((rank) => readFileSync(join(directory, `rank${rank}`), 'utf8'));
      expect(ranks.sort()).toEqual(['4n1', '4n1', '4n2', '4n2']);
    } finally {
      others[1].resolve(true);
    }
  });

  test('a controller that is away is no loss; a job that it does not know is one', async () => {
    const directory = await launch(await experiment('away', 10_000));
    await reaches(directory, 2);
    const record = readJob(directory)!;
    const silent = { ...record, heartbeat: new Date(0).toISOString() };
    expect(await anew().target('slurm').attach(directory, silent).state()).toMatchObject({
      kind: 'running',
      detail: `on ${String(record.nodes)}`,
    });
    const unknown = { ...silent, job: '4711.0', since: silent.heartbeat };
    expect(await anew().target('slurm').attach(directory, unknown).state()).toMatchObject({
      kind: 'gone',
      detail: 'SLURM no longer knows job 4711',
    });

    await cluster.fail('slurmctld');
    expect(await anew().target('slurm').attach(directory, silent).state()).toMatchObject({
      kind: 'unknown',
      detail: expect.stringMatching(/Unable to contact/) as string,
    });
    expect(await healthOf(directory, anew())).toBe('alive'); // it is heard of
    await cli('ls');
    expect(lostOf(directory)).toEqual([]);
    expect(await cli('stop', basename(directory))).toContain('stopped');
    await cluster.startController();
    await until(async () => (await cluster.ask('sinfo', '-h')) !== '');
  });

  test('one that does not listen is killed with all that it has started', async () => {
    const path = await experiment('stubborn', 10_000);
    await writeFile(path, readFileSync(path, 'utf8').replace("'${steps}'] }", "'${steps}', stubborn], stop_grace: 0.2 }"));
    const directory = await launch(path);
    await reaches(directory, 2);
    const { watcher, trainer } = readJob(directory) as unknown as { watcher: ProcessId; trainer: ProcessId };
    expect(await cli('stop', basename(directory), '--grace', '1')).toContain('ended by force');
    expect([await isAlive(watcher), await isAlive(trainer)]).toEqual([false, false]);
    const step = stepOf(directory);
    await sleep(500); // whoever lived on would go on
    expect(stepOf(directory)).toBe(step);
  });

  test('what cannot run is refused in SLURM’s own words, and the run says so', async () => {
    const path = await experiment('greedy', 5, { target: ', memory: 900G' });
    const refusal = /Memory specification can not be satisfied|Requested node configuration is not available/;
    await expect(launch(path)).rejects.toThrow(refusal);
    const [run] = JSON.parse(await cli('ls', '--json')) as { name: string; state: string; message: string }[];
    expect(run).toMatchObject({ name: 'greedy-1', state: 'failed', message: expect.stringMatching(refusal) as string });
  });
});
