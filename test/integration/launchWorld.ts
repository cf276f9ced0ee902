/** A folder with experiment files and a small trainer, for the tests of launching. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { launchExperiment, type LaunchedRun } from '../../src/launch/launchExperiment.js';
import type { Jobs } from '../../src/launch/jobs.js';
import { programsIn } from '../../src/launch/ownPrograms.js';
import { readLocalRecord } from '../../src/launch/targets/local/localRecord.js';
import { isAlive, killTree } from '../../src/launch/targets/local/processes.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { Supervisor } from '../../src/launch/supervisor.js';
import { jobsOn } from '../../src/launch/targets/jobsOn.js';
import type { EventOf, EventType, RunEvent } from '../../src/protocol/events.js';
import { type JobRecord, readJob } from '../../src/protocol/jobRecord.js';
import { listSegments, withSegment } from '../../src/protocol/segments.js';
import { smallBackends } from './smallBackends.js';

export class LaunchWorld {
  readonly supervisor: Supervisor;
  readonly runsDir: string;
  private readonly launched = new Set<string>();

  private constructor(
    readonly folder: string,
    readonly jobs: Jobs,
    target?: string,
  ) {
    this.runsDir = join(folder, '.grpo-lab', 'runs');
    this.supervisor = new Supervisor(jobs, smallBackends(folder), target === undefined ? undefined : () => ({ name: target }));
  }

  /** @param jobs on which targets runs run: this machine when left out; new ones start on the target of this name */
  static async make(jobs = jobsOn(programsIn(resolve('dist'))), target?: string): Promise<LaunchWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'grpo-lab-launch-'));
    const bundle = { bundle: true, platform: 'node', target: 'node22', logLevel: 'error' } as const;
    await build({ ...bundle, entryPoints: ['test/integration/smallTrainer.ts'], outfile: join(folder, 'smallTrainer.mjs'), format: 'esm' });
    return new LaunchWorld(folder, jobs, target);
  }

  /** @param keys lines to put in place of the defaults: `steps`, `policy`, `method`, `data`, `reward`, and the trainer's `mode` */
  async experiment(
    name: string,
    { steps = 5, policy = '{ preset: tiny-2l }', method = 'sft', data = '{ generator: arithmetic }', reward = '', mode = '' } = {},
  ): Promise<string> {
    const path = join(this.folder, `${name}.experiment.yaml`);
    const lines = [`name: ${name}`, `policy: ${policy}`, `method: { name: ${method} }`, `data: ${data}`, `steps: ${steps}`];
    if (reward !== '') lines.push(`reward: [${reward}]`);
    await writeFile(path, `${lines.join('\n')}\nlaunch: { env: { SMALL_TRAINER: '${mode}' } }\n`);
    return path;
  }

  async launch(path: string): Promise<LaunchedRun[]> {
    const text = await readFile(path, 'utf8');
    const runs = await launchExperiment({ path, text, folder: this.folder, runsDir: this.runsDir }, this.supervisor);
    for (const run of runs) this.launched.add(run.directory);
    return runs;
  }

  /** Launches an experiment that starts nothing before it. @returns the run's directory */
  async launchOne(path: string): Promise<string> {
    const runs = await this.launch(path);
    if (runs.length !== 1) throw new Error(`${basename(path)} launched ${runs.length} runs`);
    return runs[0].directory;
  }

  async dispose(): Promise<void> {
    for (const directory of this.launched) {
      if (readJob(directory)?.target !== 'local') continue; // its target ends it
      const state = readLocalRecord(directory);
      for (const p of [state?.watcher, state?.trainer]) if (p && (await isAlive(p))) await killTree(p.pid);
    }
    await sleep(100);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Waits for something to come true; a test that waits in vain fails by its own timeout. */
export async function until<T>(what: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await what();
    if (value !== undefined && value !== null && value !== false) return value;
    await sleep(20);
  }
}

export const untilStep = (directory: string, step: number): Promise<unknown> =>
  until(() => (lastEvent(directory, ['status'])?.step ?? 0) >= step);

export const untilEnded = (directory: string): Promise<NonNullable<JobRecord['ended']>> => until(() => readJob(directory)?.ended);

/** Every event of a run, in order. */
export function eventsOf(directory: string): Promise<RunEvent[]> {
  const texts = listSegments(directory).map((name) => withSegment(directory, name, (s) => s.read(0, s.size).toString('utf8')));
  return Promise.resolve(texts.flatMap((t) => t.split('\n').filter(Boolean)).map((line) => JSON.parse(line) as RunEvent));
}

export async function eventsOfType<T extends EventType>(directory: string, type: T): Promise<EventOf<T>[]> {
  return (await eventsOf(directory)).filter((e): e is EventOf<T> => e.type === type);
}
