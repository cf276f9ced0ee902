/** Runs on a real Ray, launched from the command line. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { messageOf } from '../../src/core/messageOf.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { programsIn } from '../../src/launch/ownPrograms.js';
import { jobsOn } from '../../src/launch/targets/jobsOn.js';
import { isAlive, type ProcessId } from '../../src/launch/targets/local/processes.js';
import { jobOf, submitJob } from '../../src/launch/targets/ray/rayJobs.js';
import { readJob } from '../../src/protocol/jobRecord.js';
import { lostOf } from '../../src/protocol/watch.js';
import { needs } from '../builders/needs.js';
import { newPython, noNewPython } from '../builders/python.js';
import { eventsOf, eventsOfType, until } from './launchWorld.js';
import { noRay, RayHead } from './ray/rayHead.js';

/** A step takes a moment, a checkpoint after each; it looks for requests unless it is stubborn, and goes on where it was. */
const loop = `
import os, signal, sys, time
from grpo_lab.events import RunWriter

steps, stubborn = int(sys.argv[1]), os.environ.get("STUBBORN") == "1"
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with RunWriter() as run:
    state = run.run_dir / "state"
    begun = int(state.read_text()) if state.exists() else 0
    if begun:
        run.resume(from_step=begun)
    print("from", begun, "job" if "RAY_JOB_ID" in os.environ or "RAY_ADDRESS" in os.environ else "no job", flush=True)
    for step in range(begun + 1, steps + 1):
        time.sleep(0.1)
        run.metrics(step=step, values={"reward/mean": step / steps})
        state.write_text(str(step))
        run.status(state="running", step=step)
        while step == 20 and begun == 0 and not run.stop_requested:
            time.sleep(0.1)
        if run.stop_requested and not stubborn:
            break
`;

describe('on Ray', () => {
  needs(noRay === undefined, noRay ?? '');
  needs(newPython, noNewPython);
  let head: RayHead;
  let folder: string;
  let trouble: string | undefined;
  beforeEach(({ skip }) => {
    if (trouble !== undefined) skip(trouble);
  });
  const jobs = () => jobsOn(programsIn(resolve('dist')));
  beforeAll(async () => {
    if (noRay !== undefined || newPython === undefined) return;
    try {
      head = await RayHead.start();
    } catch (error) {
      trouble = messageOf(error);
      return;
    }
    for (const [name, value] of Object.entries(head.env)) vi.stubEnv(name, value);
    folder = await mkdtemp(join(tmpdir(), "grpo lab's #50% "));
    await writeFile(join(folder, 'loop.py'), loop);
  }, 300_000);
  afterAll(async () => {
    if (noRay !== undefined || newPython === undefined || trouble !== undefined) return;
    await head.dispose();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const cli = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder })).stdout;
  async function launch(name: string, steps: number, env = ''): Promise<string> {
    const path = join(folder, `${name}.experiment.yaml`);
    await writeFile(
      path,
      `name: ${name}
backend: command
command: { run: ['\${python}', loop.py, '\${steps}'], stop_grace: 5 }
policy: { model: none }
data: { dataset: none }
method: { name: grpo, group_size: 4 }
launch:
  env: { PYTHONPATH: ${resolve('python')}${env} }
  target: { name: ray, address: '${head.address}' }
steps: ${steps}
`,
    );
    const [{ directory }] = JSON.parse(await cli('run', path, '--detach', '--json')) as { directory: string }[];
    return directory;
  }
  const stepOf = (directory: string) => lastEvent(directory, ['status'])?.step ?? 0;
  const job = (directory: string) => readJob(directory)!.job;

  test('a run is submitted, followed, stopped, and resumed as another job to its end; nothing twice, and no secret kept', async () => {
    const directory = await launch('whole', 30);
    const former = job(directory);
    await until(() => stepOf(directory) >= 3);
    expect(await jobs().of(directory)!.state()).toMatchObject({ kind: 'running' });
    // What came back was lost, and it is sent again.
    await submitJob(head.address, { submission_id: former, entrypoint: 'exit 7', runtime_env: { env_vars: {} }, metadata: {} });

    expect(await cli('stop', basename(directory))).toContain('stopped');
    expect(readJob(directory)).toMatchObject({ target: 'ray', job: former, address: head.address, ended: { exit_code: 0 } });
    await until(async () => (await jobOf(head.address, former))?.status === 'SUCCEEDED');
    await cli('resume', basename(directory), '--detach');
    expect(job(directory)).not.toBe(former);
    await until(() => readJob(directory)?.ended);

    expect(lastEvent(directory, ['status'])).toMatchObject({ state: 'finished', step: 30 });
    const events = await eventsOf(directory);
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter((e) => e.type === 'metrics').map((e) => e.step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(await eventsOfType(directory, 'resume')).toHaveLength(1);
    expect(readFileSync(join(directory, 'stdout.log'), 'utf8')).toMatch(/^from 0 job\nfrom \d+ job\n$/);
    for (const file of await readdir(directory, { recursive: true, withFileTypes: true }))
      if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toContain(head.env.RAY_AUTH_TOKEN);
  });

  test('one that does not listen is killed with all that it has started, though Ray ends its watcher alone', async () => {
    const directory = await launch('stubborn', 1000, ", STUBBORN: '1'");
    await until(() => stepOf(directory) >= 2);
    const { trainer } = readJob(directory) as unknown as { trainer: ProcessId };
    expect(await cli('stop', basename(directory), '--grace', '1')).toContain('ended by force');
    expect(await isAlive(trainer)).toBe(false);
  });

  test('a job that Ray does not know is lost; a Ray that is away is no loss', async () => {
    const directory = await launch('away', 1000);
    await until(() => stepOf(directory) >= 2);
    const record = { ...readJob(directory)!, heartbeat: new Date(0).toISOString() };
    const state = (more: object) =>
      jobs()
        .target('ray')
        .attach(directory, { ...record, ...more })
        .state();
    expect(await state({})).toMatchObject({ kind: 'running' });
    expect(await state({ job: 'another' })).toMatchObject({ kind: 'gone' });
    expect(await state({ address: 'http://127.0.0.1:9' })).toMatchObject({
      kind: 'unknown',
      detail: expect.stringMatching(/does not answer/) as string,
    });
    expect(
      await jobs()
        .target('ray')
        .offers({ name: 'ray', address: head.address } as never),
    ).toMatchObject([{ state: 'ALIVE', gpus: [] }]);
    expect(await cli('stop', basename(directory))).toContain('stopped');
    expect(lostOf(directory)).toEqual([]);
  });
});
