import { availableParallelism, totalmem } from 'node:os';
import { type JobRecord, readJob } from '../../../protocol/jobRecord.js';
import { afterArguments } from '../../awaitOrigins.js';
import type { OriginReferences, Work } from '../../job.js';
import type { Programs } from '../../ownPrograms.js';
import { gpuText } from '../gpuLines.js';
import type { Offer, Settings, Target } from '../target.js';
import { startDetached } from './detached.js';
import { gpusHere } from './gpus.js';
import { LocalJob } from './localJob.js';
import { thisMachine } from './machine.js';
import { newJobId } from './ownJob.js';
import { RUNNER_LOG } from './runnerLog.js';

/** This machine: a job is a detached watcher and the trainer that it starts. */
export class LocalTarget implements Target {
  readonly name = 'local';

  constructor(private readonly programs: Programs) {}

  place(path: string): string {
    return path;
  }

  async offers(): Promise<Offer[]> {
    const gpus = (await gpusHere())?.map(gpuText) ?? null;
    return [{ name: thisMachine(), state: 'this machine', cpus: availableParallelism(), memoryBytes: totalmem(), gpus }];
  }

  attach(directory: string, record: JobRecord): LocalJob {
    return new LocalJob(directory, record);
  }

  /** @throws with the watcher's last words when it ends at once */
  async submit(directory: string, work: Work, _settings: Settings, after: OriginReferences): Promise<void> {
    const job = newJobId();
    const watcher = {
      ...{ name: "The run's watcher", program: 'runner.cjs', args: ['--run', directory, '--job', job, ...afterArguments(after)] },
      ...{ directory, log: RUNNER_LOG, input: JSON.stringify(work) },
    };
    await startDetached(this.programs, watcher, () => readJob(directory)?.job === job);
  }
}
