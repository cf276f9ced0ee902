/**
 * A second real target, beside `local`: jobs of a daemon that is asked over a socket, and whose disk is another one. It knows job ids, and
 * no process.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Job, JobState, LogName, OriginReferences, Work } from '../../../src/launch/job.js';
import type { Settings, Target } from '../../../src/launch/targets/target.js';
import { type JobRecord, writeJob } from '../../../src/protocol/jobRecord.js';
import { layout } from '../../../src/protocol/layout.js';
import type { DaemonAnswer, DaemonRequest } from './jobDaemon.js';
import { mirrorFolder } from './mirrorFolder.js';

/** What lies in a run directory on one disk only. */
const apart = new Set<string>([layout.identity, layout.process, layout.stopRequest, '.lock']);

export class DaemonTarget implements Target {
  readonly name = 'daemon';

  /** @param disk the folder that is the daemon's disk */
  constructor(
    private readonly url: string,
    private readonly disk: string,
  ) {}

  place(path: string): string {
    return join(this.disk, path);
  }

  async submit(directory: string, work: Work, _settings: Settings, after: OriginReferences): Promise<void> {
    if (Object.keys(after).length > 0) throw new Error('The daemon starts nothing that waits for other runs.');
    const there = this.place(directory);
    await rm(there, { recursive: true, force: true });
    await cp(directory, there, { recursive: true, filter: (path) => basename(path) === layout.identity || !apart.has(basename(path)) });
    // What is there may be starting this moment: a program that is written over is read half.
    for (const file of work.files) await cp(file, this.place(file), { recursive: true, force: false });
    await mkdir(this.place(work.cwd), { recursive: true });
    const output = { stdout: join(there, layout.stdout), stderr: join(there, layout.stderr) };
    const { job } = (await this.ask({ task: 'submit', work: { ...work, cwd: this.place(work.cwd) }, ...output })) as { job: string };
    const heartbeat = new Date().toISOString();
    writeJob(directory, { v: 1, target: this.name, job, resources: work.resources, heartbeat, ended: null });
  }

  offers(): Promise<never[]> {
    return Promise.resolve([]);
  }

  attach(directory: string, record: JobRecord): Job {
    const there = this.place(directory);
    const task = (name: 'state' | 'ask' | 'kill') => this.ask({ task: name, job: record.job }) as Promise<JobState>;
    const state = (): Promise<JobState> => task('state').catch(() => ({ kind: 'unknown' }));
    const mirror = async (): Promise<void> => {
      await mirrorFolder(there, directory, apart);
      if (['queued', 'running'].includes((await state()).kind)) writeJob(directory, { ...record, heartbeat: new Date().toISOString() });
    };
    return {
      record,
      where: `the daemon, job ${record.job}`,
      state,
      mirror,
      askToStop: async () => {
        await writeFile(join(there, layout.stopRequest), '');
        return task('ask').then(
          () => true,
          () => false,
        );
      },
      kill: async () => {
        await task('kill');
      },
      log: async (name: LogName) => {
        await mirror();
        return join(directory, name);
      },
    };
  }

  private async ask(request: DaemonRequest): Promise<DaemonAnswer> {
    const response = await fetch(this.url, { method: 'POST', body: JSON.stringify(request) });
    return (await response.json()) as DaemonAnswer;
  }
}
