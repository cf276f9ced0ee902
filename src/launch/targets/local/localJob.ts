import { join } from 'node:path';
import type { JobRecord } from '../../../protocol/jobRecord.js';
import type { Job, JobState, LogName } from '../../job.js';
import { type LocalRecord, localRecord, processOf } from './localRecord.js';
import { thisMachine } from './machine.js';
import { isAlive, killTree, terminate } from './processes.js';

/** A job that is a process of this machine; or of another one that shares its files, and then cannot be asked about from here. */
export class LocalJob implements Job {
  readonly record: LocalRecord;

  /** @throws IdentityError when the record names no processes */
  constructor(
    private readonly directory: string,
    record: JobRecord,
  ) {
    this.record = localRecord(directory, record);
  }

  get where(): string {
    return `${this.record.host}, process ${processOf(this.record).pid}`;
  }

  get ownKeys(): Record<string, unknown> {
    return { host: this.record.host, ...processOf(this.record) };
  }

  async state(): Promise<JobState> {
    const { watcher, trainer } = this.record;
    if (!this.isHere) return { kind: 'unknown' };
    const living = await Promise.all([watcher, trainer].map(async (p) => p !== null && (await isAlive(p))));
    return { kind: living.includes(true) ? 'running' : 'gone' };
  }

  /** A watcher that still waits for other runs looks for the request itself. */
  async askToStop(): Promise<boolean> {
    const { trainer } = this.record;
    if (this.isHere && trainer && (await isAlive(trainer))) terminate(trainer.pid);
    return this.isHere;
  }

  async kill(): Promise<void> {
    const { trainer } = this.record;
    if (this.isHere && trainer && (await isAlive(trainer))) await killTree(trainer.pid);
  }

  log(name: LogName): Promise<string> {
    return Promise.resolve(join(this.directory, name));
  }

  private get isHere(): boolean {
    return this.record.host === thisMachine();
  }
}
