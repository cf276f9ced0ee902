/** The jobs of runs, on whatever targets there are. Holds no state: a run directory says where its job is. */
import { join } from 'node:path';
import { type JobRecord, readJob } from '../protocol/jobRecord.js';
import type { Job, LogName } from './job.js';
import { withRunLock } from './runLock.js';
import type { Target } from './targets/target.js';

export class Jobs {
  constructor(private readonly targets: readonly Target[]) {}

  /** @throws when this installation has no such target */
  target(name: string): Target {
    const target = this.targets.find((t) => t.name === name);
    if (target) return target;
    throw new Error(`There is no target "${name}" here. Known: ${this.targets.map((t) => t.name).join(', ')}.`);
  }

  /**
   * The job of a run's present or last life.
   * @returns undefined when none is on record: any program that writes the protocol is a trainer
   * @throws IdentityError when its record cannot be used
   */
  of(directory: string): Job | undefined {
    const record = readJob(directory);
    if (!record) return undefined;
    const target = this.targets.find((t) => t.name === record.target);
    return target ? target.attach(directory, record) : unreachable(directory, record);
  }

  /** The file on this machine with what a run has printed up to now. */
  async log(directory: string, name: LogName): Promise<string> {
    return (await this.of(directory)?.log(name)) ?? join(directory, name);
  }

  /** Brings a run directory up to date, when its job has another one. */
  async mirror(directory: string): Promise<void> {
    if (this.of(directory)?.mirror) await withRunLock(directory, () => this.of(directory)?.mirror?.());
  }
}

/** A job on a target that this installation does not have: only what its run writes can tell whether it lives. */
const unreachable = (directory: string, record: JobRecord): Job => ({
  record,
  where: `the target ${record.target}`,
  state: () => Promise.resolve({ kind: 'unknown' }),
  askToStop: () => Promise.resolve(false),
  kill: () => Promise.resolve(),
  log: (name) => Promise.resolve(join(directory, name)),
});
