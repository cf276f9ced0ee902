import { join } from 'node:path';
import { messageOf } from '../../../core/messageOf.js';
import { abridged } from '../../../core/questionPreview.js';
import type { JobRecord } from '../../../protocol/jobRecord.js';
import type { Job, JobState, LogName } from '../../job.js';
import { isHeardOf } from '../heard.js';
import { seenWaiting } from '../waiting.js';
import { jobOf, stopJob } from './rayJobs.js';

export class RayJob implements Job {
  readonly mirror: Job['mirror'];

  constructor(
    private readonly directory: string,
    readonly record: JobRecord,
    /** Jobs that were killed: their last heartbeat says nothing. */
    private readonly killed: Set<string>,
  ) {
    this.mirror = seenWaiting(directory, record, () => this.state());
  }

  get where(): string {
    const { host } = this.record;
    return `Ray job ${this.record.job}${typeof host === 'string' ? ` on ${host}` : ''}, by ${this.address}`;
  }

  async state(): Promise<JobState> {
    const { host } = this.record;
    const on = typeof host === 'string' ? { detail: `on ${host}` } : {};
    if (this.isHeardOf) return { kind: 'running', ...on };
    try {
      const job = await jobOf(this.address, this.record.job);
      if (!job) return { kind: 'gone', detail: `Ray at ${this.address} knows no job ${this.record.job}` };
      const message = job.message ? abridged(job.message.trim(), 500) : undefined;
      switch (job.status) {
        case 'PENDING':
          return { kind: 'queued', ...(message !== undefined && { detail: message }) };
        case 'SUCCEEDED':
        case 'FAILED':
        case 'STOPPED': {
          const detail = `Ray: ${job.status}${message === undefined ? '' : `, ${message}`}`;
          return { kind: 'ended', exitCode: job.driver_exit_code ?? (job.status === 'SUCCEEDED' ? 0 : null), signal: null, detail };
        }
        default:
          return { kind: 'running', ...on };
      }
    } catch (error) {
      return { kind: 'unknown', detail: messageOf(error) };
    }
  }

  /** While it waits there is nobody who could look for the request. */
  async askToStop(): Promise<boolean> {
    if (this.isHeardOf) return true;
    const { kind } = await this.state();
    if (kind === 'queued') await stopJob(this.address, this.record.job);
    return kind !== 'unknown';
  }

  async kill(): Promise<void> {
    this.killed.add(this.record.job);
    await stopJob(this.address, this.record.job);
  }

  log(name: LogName): Promise<string> {
    return Promise.resolve(join(this.directory, name));
  }

  private get isHeardOf(): boolean {
    return !this.killed.has(this.record.job) && isHeardOf(this.record);
  }

  private get address(): string {
    const { address } = this.record;
    if (typeof address !== 'string') throw new Error('Its process.json does not say at which address Ray is.');
    return address;
  }
}
