import { join } from 'node:path';
import type { JobRecord } from '../../../protocol/jobRecord.js';
import type { Job, JobState, LogName } from '../../job.js';
import type { Programs } from '../../ownPrograms.js';
import { withRunLock } from '../../runLock.js';
import { askToStop, kill } from './scripts.js';
import { runScript } from './sshCommand.js';
import { type SshRecord, sshRecord } from './sshRecord.js';
import { isMirrored, startMirror } from './startMirror.js';

/** A job on another machine. What is known of it here, the process that mirrors it has seen. */
export class SshJob implements Job {
  readonly record: SshRecord;

  /** @throws IdentityError when the record cannot be used */
  constructor(
    private readonly directory: string,
    record: JobRecord,
    private readonly programs: Programs,
  ) {
    this.record = sshRecord(directory, record);
  }

  get where(): string {
    return `${this.record.host}, ${this.record.directory}`;
  }

  get ownKeys(): Record<string, unknown> {
    return { host: this.record.host };
  }

  async state(): Promise<JobState> {
    const { outcome, connection, host } = this.record;
    if (outcome?.kind === 'ended') return { kind: 'ended', exitCode: outcome.code, signal: null };
    if (outcome) return { kind: 'gone' };
    if (connection.state === 'lost') {
      const why = connection.why === null ? '' : ` (${connection.why.replace(/\.$/, '')})`;
      return { kind: 'unknown', detail: `connection to ${host} lost since ${connection.since}${why}` };
    }
    if (!(await isMirrored(this.record))) return { kind: 'unknown', detail: `nobody here follows it on ${host}` };
    return connection.state === 'up' ? { kind: 'running', detail: `on ${host}` } : { kind: 'unknown', detail: `connecting to ${host}` };
  }

  async askToStop(): Promise<boolean> {
    // That it has ended is to be seen here, too.
    await withRunLock(this.directory, () => this.mirror());
    return this.tell(askToStop);
  }

  async kill(): Promise<void> {
    await this.tell(kill);
  }

  log(name: LogName): Promise<string> {
    return Promise.resolve(join(this.directory, name));
  }

  /** The copy is kept up by a process of its own: this sees to it that there is one. */
  mirror(): Promise<void> {
    return startMirror(this.directory, this.programs);
  }

  /** @returns whether it was heard there */
  private async tell(script: string): Promise<boolean> {
    const { host, directory, job } = this.record;
    return runScript(host, script, [directory, job]).then(
      ({ code }) => code === 0,
      () => false,
    );
  }
}
