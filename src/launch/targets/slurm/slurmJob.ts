import { join } from 'node:path';
import { messageOf } from '../../../core/messageOf.js';
import type { JobRecord } from '../../../protocol/jobRecord.js';
import type { Job, JobState, LogName } from '../../job.js';
import { isHeardOf } from '../heard.js';
import { seenWaiting } from '../waiting.js';
import { slurm } from './commands.js';
import { endOf, isUnknownJob, phaseOf, waitText } from './jobStates.js';
import type { SlurmQueue } from './slurmQueue.js';

/** A job of SLURM: `4711.0` in its first turn, `4711.1` after it was requeued once. */
export class SlurmJob implements Job {
  readonly mirror: Job['mirror'];
  private readonly id: string;
  private readonly restart: string;

  constructor(
    private readonly directory: string,
    readonly record: JobRecord,
    private readonly queue: SlurmQueue,
    /** Jobs that were killed: their last heartbeat says nothing. */
    private readonly killed: Set<string>,
  ) {
    [this.id, this.restart = '0'] = record.job.split('.');
    this.mirror = seenWaiting(directory, record, () => this.state());
  }

  get where(): string {
    const { nodes } = this.record;
    const place = typeof nodes === 'string' ? ` on ${nodes}` : '';
    return `SLURM job ${this.id}${this.restart === '0' ? '' : `, restart ${this.restart}`}${place}`;
  }

  async state(): Promise<JobState> {
    if (this.isHeardOf) return { kind: 'running', ...(typeof this.record.nodes === 'string' && { detail: `on ${this.record.nodes}` }) };
    const { jobs, at } = await this.queue.ask(this.submitted);
    if (typeof jobs === 'string') return { kind: 'unknown', detail: jobs };
    const row = jobs.get(this.id);
    if (!row) return at < this.submitted ? { kind: 'queued' } : this.past();
    switch (phaseOf(row.state)) {
      case 'queued':
        return { kind: 'queued', detail: waitText(row) };
      case 'running':
        return { kind: 'running', detail: row.state === 'RUNNING' ? `on ${row.nodes}` : `${row.state} on ${row.nodes}` };
      case 'ended':
        return this.past();
    }
  }

  /** While it waits there is nobody who could look for the request. */
  async askToStop(): Promise<boolean> {
    if (this.isHeardOf) return true;
    this.queue.expectChange();
    return slurm('scancel', ['--state=PENDING', this.id]).then(
      () => true,
      () => false,
    );
  }

  async kill(): Promise<void> {
    this.killed.add(this.record.job);
    this.queue.expectChange();
    await slurm('scancel', ['--full', '--signal=KILL', this.id]);
    await slurm('scancel', [this.id]); // no other turn, either
  }

  log(name: LogName): Promise<string> {
    return Promise.resolve(join(this.directory, name));
  }

  private get isHeardOf(): boolean {
    return !this.killed.has(this.record.job) && isHeardOf(this.record);
  }

  private get submitted(): number {
    return Date.parse(typeof this.record.since === 'string' ? this.record.since : this.record.heartbeat);
  }

  /** How a job that is no longer in the queue has ended: its controller keeps that for minutes, the accounting for longer. */
  private async past(): Promise<JobState> {
    const questions = [
      () => slurm('scontrol', ['show', 'job', '--oneliner', this.id]),
      () => slurm('sacct', ['--noheader', '--parsable2', '--allocations', `--jobs=${this.id}`, '--format=State,ExitCode,NodeList']),
    ];
    let why: string | undefined;
    for (const ask of questions) {
      try {
        const answer = await ask();
        const end = endOf(answer);
        if (end) return end;
        if (answer.includes('JobState=')) return { kind: 'running' }; // it was requeued this moment
      } catch (error) {
        if (!isUnknownJob(messageOf(error)) && !isWithoutAccounting(messageOf(error))) why = messageOf(error);
      }
    }
    return why === undefined ? { kind: 'gone', detail: `SLURM no longer knows job ${this.id}` } : { kind: 'unknown', detail: why };
  }
}

/** A cluster need not keep accounts, nor have the program that reads them. */
const isWithoutAccounting = (message: string): boolean => /accounting storage is disabled|There is no sacct/i.test(message);
