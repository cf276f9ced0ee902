/** A folder of experiments that run a command, launched from the command line: for the tests of targets. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Jobs } from '../../src/launch/jobs.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { programsIn } from '../../src/launch/ownPrograms.js';
import { jobsOn } from '../../src/launch/targets/jobsOn.js';
import type { JobRecord } from '../../src/protocol/jobRecord.js';
import { readJob } from '../../src/protocol/jobRecord.js';
import { Store } from '../../src/store/store.js';
import { eventsOf, until } from './launchWorld.js';

/** In YAML, of one line each: `run` is a list, `target` and `env` are the insides of mappings. */
interface Keys {
  run: string;
  /** Further keys of `command`. */
  command?: string;
  target: string;
  env?: string;
  steps: number;
}

export class CommandWorld {
  /** Its name breaks careless scripts. */
  readonly folder = mkdtempSync(join(tmpdir(), "grpo lab's #50% "));
  readonly runsDir = join(this.folder, '.grpo-lab', 'runs');

  /** @returns what `grpo-lab` prints */
  async cli(...args: string[]): Promise<string> {
    return (await promisify(execFile)(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: this.folder })).stdout;
  }

  /** @returns the path of the experiment's file */
  experiment(name: string, { run, command = '', target, env = '', steps }: Keys): string {
    const path = join(this.folder, `${name}.experiment.yaml`);
    writeFileSync(
      path,
      `name: ${name}
backend: command
command: { run: ${run}${command && `, ${command}`} }
policy: { model: none }
data: { dataset: none }
method: { name: grpo, group_size: 4 }
launch:
  env: { ${env} }
  target: { ${target} }
steps: ${steps}
`,
    );
    return path;
  }

  /** @returns the run's directory */
  async launch(path: string): Promise<string> {
    const [{ directory }] = JSON.parse(await this.cli('run', path, '--detach', '--json')) as { directory: string }[];
    return directory;
  }

  /** Every token of every solution can be asked of the store, and each step has its groups once. */
  async expectInStore(id: string, steps: number[], { groups, solutions }: { groups: number; solutions: number }): Promise<void> {
    const store = await Store.open({ root: join(this.folder, '.grpo-lab') });
    try {
      store.catchUp();
      expect(store.queries.groupSteps(id).rows).toEqual(steps.toReversed());
      for (const step of steps) {
        const { rows } = store.queries.groups(id, step);
        expect(rows).toHaveLength(groups);
        for (const { group } of rows) {
          const sampled = store.queries.solutions(id, step, group).rows;
          expect(sampled).toHaveLength(solutions);
          for (const { index, tokens } of sampled)
            expect(store.queries.trace(id, step, group, index)?.logp, `${step}.${group}.${index}`).toHaveLength(tokens);
        }
      }
    } finally {
      store.close();
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** As in a window that was opened this moment: it has asked nothing yet. */
export const newJobs = (): Jobs => jobsOn(programsIn(resolve('dist')));

export const stepOf = (directory: string): number => lastEvent(directory, ['status'])?.step ?? 0;
export const reaches = (directory: string, step: number): Promise<unknown> => until(() => stepOf(directory) >= step);
/** Id of the run's job, as its target has it. */
export const jobOf = (directory: string): string => readJob(directory)!.job;
export const ended = (directory: string): Promise<NonNullable<JobRecord['ended']>> => until(() => readJob(directory)?.ended);

/** Every event has its number once; metrics of each step, its groups and traces are told once, but for those that were superseded. */
export async function expectWhole(directory: string, steps: number): Promise<void> {
  const events = await eventsOf(directory);
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  let told: { step: number; what: string }[] = [];
  for (const event of events) {
    if (event.type === 'resume') told = told.filter(({ step }) => step <= event.from_step);
    // What TRL sums up at its end has the last step's epoch once more.
    if (event.type === 'metrics' && !('train_runtime' in event.values))
      for (const name of Object.keys(event.values)) told.push({ step: event.step, what: `metric ${name}` });
    if (event.type === 'group') told.push({ step: event.step, what: `group ${event.group}` });
    if (event.type === 'trace') told.push({ step: event.step, what: `trace ${event.group}.${event.solution}` });
  }
  const names = told.map(({ step, what }) => `${step} ${what}`);
  expect(names).toEqual([...new Set(names)]);
  expect([...new Set(told.map(({ step }) => step))]).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
}
