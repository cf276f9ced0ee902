/** Follows a run that another machine carries out: one connection for as long as it holds, then the next, until the job is over. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../core/messageOf.js';
import { writeJob } from '../../../protocol/jobRecord.js';
import { layout } from '../../../protocol/layout.js';
import { isStopRequested } from '../../../protocol/stopRequest.js';
import { ownProcess } from '../local/detached.js';
import { Frames, type JobSight } from './frames.js';
import { offsets, takeOver } from './mirrorFiles.js';
import { askToStop, follow, scriptShell, scriptWith } from './scripts.js';
import { connect, connectionTrouble, runScript } from './sshCommand.js';
import { readSshRecord, type SshRecord } from './sshRecord.js';

const PAUSE_SECONDS = '0.5';
const HEARTBEAT_MS = 2000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;
/** A round takes half a second: a connection without one for this long is none. */
const SILENCE_MS = 90_000;

export class Mirror {
  private heartbeat = 0;
  private delay = FIRST_DELAY_MS;
  private request: Promise<boolean> | undefined;

  private constructor(
    private readonly directory: string,
    private record: SshRecord,
  ) {}

  /**
   * Makes this process the one that follows the run's job.
   * @param id by which whoever has started it knows it
   * @throws when the run has none on another machine
   */
  static async of(directory: string, id: string): Promise<Mirror> {
    const record = readSshRecord(directory);
    if (!record) throw new Error(`${directory} holds no run of a machine that is reached by ssh.`);
    const mirror = new Mirror(directory, { ...record, mirror: { id, process: await ownProcess() } });
    mirror.write();
    return mirror;
  }

  /** @returns when the job is over and all it wrote is here; false when the run was deleted here, or somebody else follows it now */
  async toItsEnd(): Promise<boolean> {
    while (this.isOurs()) {
      const outcome = await this.followOnce();
      if (outcome !== null) {
        if (this.isOurs()) this.write({ outcome });
        return true;
      }
      await this.pause();
    }
    return false;
  }

  /** Longer after each attempt in vain; a run that is deleted meanwhile is noticed. */
  private async pause(): Promise<void> {
    const until = Date.now() + this.delay;
    this.delay = Math.min(2 * this.delay, LONGEST_DELAY_MS);
    while (Date.now() < until && this.isOurs()) await sleep(Math.min(HEARTBEAT_MS, until - Date.now()));
  }

  /** @returns how the job ended; null when the connection did not last until then */
  private async followOnce(): Promise<SshRecord['outcome']> {
    const { host, directory: there, job } = this.record;
    const token = randomBytes(12).toString('hex');
    const child = connect(host, scriptShell);
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-4096)));
    const failed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`ssh could not be started: ${error.message}`));
      child.once('close', () => resolve(connectionTrouble(host, complaints)));
    });
    child.stdin.on('error', () => undefined); // its end says why
    const silence = setInterval(() => child.kill(), SILENCE_MS);
    try {
      child.stdin.end(scriptWith(follow, [there, job, token, PAUSE_SECONDS, ...offsets(this.directory)]));
      const frames = new Frames(token);
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        silence.refresh();
        for (const seen of frames.take(chunk)) {
          if (seen.kind === 'piece') await takeOver(this.directory, seen);
          else if (!this.isOurs()) return null;
          else {
            this.heard(seen.state);
            if (seen.state.kind !== 'running') return seen.state;
          }
        }
      }
      this.lost(await failed);
    } catch (error) {
      this.lost(messageOf(error));
    } finally {
      clearInterval(silence);
      child.kill();
    }
    return null;
  }

  private heard(state: JobSight): void {
    const now = Date.now();
    this.delay = FIRST_DELAY_MS;
    const isNews = this.record.connection.state !== 'up';
    if (isNews) this.record = { ...this.record, connection: { state: 'up', since: new Date(now).toISOString(), why: null } };
    if (state.kind === 'running') {
      this.passOn();
      if (!isNews && now - this.heartbeat < HEARTBEAT_MS) return;
      this.heartbeat = now;
      this.write({ heartbeat: new Date(now).toISOString() });
    }
  }

  /** A request that lies here, made when the machine was not to be reached. */
  private passOn(): void {
    if (!isStopRequested(this.directory)) return;
    const { host, directory, job } = this.record;
    this.request ??= runScript(host, askToStop, [directory, job]).then(
      () => true,
      () => {
        this.request = undefined; // the next round tries again
        return false;
      },
    );
  }

  private lost(why: string): void {
    const { connection } = this.record;
    if (connection.why !== why) console.error(`${new Date().toISOString()} ${why}`);
    const since = connection.state === 'lost' ? connection.since : new Date().toISOString();
    if (this.isOurs()) this.write({ connection: { state: 'lost', since, why } });
  }

  private write(change: Partial<SshRecord> = {}): void {
    this.record = { ...this.record, ...change };
    try {
      writeJob(this.directory, this.record);
    } catch (error) {
      console.error(`heartbeat: ${messageOf(error)}`); // a full disk may have room again
    }
  }

  /** Whether the run is still here, and this process the one that follows it. */
  private isOurs(): boolean {
    if (!existsSync(join(this.directory, layout.identity))) return false;
    try {
      const record = readSshRecord(this.directory);
      return record?.job === this.record.job && record.ended === null && record.mirror?.id === this.record.mirror?.id;
    } catch {
      return true; // what cannot be read is nobody's, and written anew
    }
  }
}
