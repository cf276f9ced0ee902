import { dirname, join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import type { SettingsOfTarget } from '../../../experiment/targets/targets.js';
import { PROTOCOL_VERSION } from '../../../protocol/events.js';
import { type JobRecord, readJob, writeJob } from '../../../protocol/jobRecord.js';
import { runsOf } from '../../awaitOrigins.js';
import type { OriginReferences, Work } from '../../job.js';
import type { Programs } from '../../ownPrograms.js';
import type { Offer, Script, Target } from '../target.js';
import { slurm } from './commands.js';
import { offersOf, offerFormat } from './offers.js';
import { SlurmJob } from './slurmJob.js';
import { SlurmQueue } from './slurmQueue.js';
import { slurmScript } from './slurmScript.js';

type Settings = SettingsOfTarget<'slurm'>;

/** The queue of a cluster whose nodes share the file system with this machine: a job is a watcher, there, and the trainer that it starts. */
export class SlurmTarget implements Target {
  readonly name = 'slurm';
  private readonly queue = new SlurmQueue();
  private readonly killed = new Set<string>();

  constructor(private readonly programs: Programs) {}

  place(path: string): string {
    return path;
  }

  script(directory: string, work: Work, settings: Settings): Script {
    return { language: 'shellscript', text: slurmScript(directory, work, settings, this.programs) };
  }

  attach(directory: string, record: JobRecord): SlurmJob {
    return new SlurmJob(directory, record, this.queue, this.killed);
  }

  /** @throws SlurmError when it refuses */
  async submit(directory: string, work: Work, settings: Settings, after: OriginReferences): Promise<void> {
    const file = join(directory, 'slurm', 'job.sh');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, slurmScript(directory, work, settings, this.programs, after));
    // It need not hold a place while those train: when it starts it looks for itself what has become of them.
    const before = runsOf(after).flatMap((run) => liveJob(join(dirname(directory), run)));
    const dependency = before.length === 0 ? [] : [`--dependency=afterany:${before.join(':')}`];
    const now = new Date().toISOString();
    const answer = await slurm('sbatch', ['--parsable', ...dependency, file]);
    const id = /^(\d+)(?:;|\s|$)/.exec(answer)?.[1];
    if (id === undefined) throw new Error(`sbatch answers without a job id: ${answer.trim()}`);
    const job = `${id}.0`;
    // It may run already, and say more.
    if (readJob(directory)?.job !== job)
      writeJob(directory, {
        v: PROTOCOL_VERSION,
        target: this.name,
        job,
        resources: work.resources,
        since: now,
        heartbeat: now,
        ended: null,
      });
    this.queue.expectChange();
  }

  async offers(): Promise<Offer[]> {
    return offersOf(await slurm('sinfo', ['--noheader', `--format=${offerFormat}`]));
  }
}

function liveJob(directory: string): string[] {
  const record = readJob(directory);
  return record?.target === 'slurm' && !record.ended ? [record.job.split('.')[0]] : [];
}
