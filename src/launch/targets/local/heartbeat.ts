/** `process.json`, kept fresh by the process that watches a trainer. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type JobRecord, readJob, writeJob } from '../../../protocol/jobRecord.js';
import { layout } from '../../../protocol/layout.js';
import { isSuperseded, type LocalRecord } from './localRecord.js';
import type { ProcessId } from './processes.js';

/** How often the record is written, and looked at for another watcher's. */
export const HEARTBEAT_MS = 2000;

export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param failed called for every heartbeat that could not be written (a full disk); later ones are still tried
   * @param deleted called when the run's directory is gone; the heartbeat then stops
   * @param superseded called when another watcher has taken the run over; nothing is written from then on
   */
  constructor(
    private readonly directory: string,
    private record: LocalRecord,
    private readonly failed: (error: unknown) => void,
    private readonly deleted: () => void,
    private readonly superseded: () => void,
  ) {}

  start(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  trainerStarted(trainer: ProcessId): void {
    this.record = { ...this.record, trainer };
    this.beat();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The last beat. @throws when it cannot be written */
  end(exitCode: number | null, signal: string | null): void {
    this.stop();
    if (this.isSuperseded) return;
    this.record = { ...this.record, ended: { at: new Date().toISOString(), exit_code: exitCode, signal } };
    this.write();
  }

  /** Nobody watches until the job has another turn. @throws when it cannot be written */
  rest(): void {
    this.stop();
    const record: JobRecord = { ...this.record, heartbeat: new Date().toISOString() };
    delete record.watcher;
    delete record.trainer;
    writeJob(this.directory, record);
  }

  private beat(): void {
    // A trainer that still writes may have made the folder anew: run.json it never makes.
    if (!existsSync(join(this.directory, layout.identity))) {
      this.stop();
      this.deleted();
      return;
    }
    if (this.isSuperseded) {
      this.stop();
      this.superseded();
      return;
    }
    try {
      this.write();
    } catch (error) {
      this.failed(error);
    }
  }

  private get isSuperseded(): boolean {
    try {
      const there = readJob(this.directory);
      return there !== undefined && isSuperseded(this.record, there);
    } catch {
      return false; // what cannot be read is nobody's, and written anew
    }
  }

  private write(): void {
    writeJob(this.directory, { ...this.record, heartbeat: new Date().toISOString() });
  }
}
