/** `process.json`, kept fresh by the process that watches a trainer. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeJob } from '../../../protocol/jobRecord.js';
import { layout } from '../../../protocol/layout.js';
import type { LocalRecord } from './localRecord.js';
import type { ProcessId } from './processes.js';

const EVERY_MS = 2000;

export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param failed called for every heartbeat that could not be written (a full disk); later ones are still tried
   * @param deleted called when the run's directory is gone; the heartbeat then stops
   */
  constructor(
    private readonly directory: string,
    private record: LocalRecord,
    private readonly failed: (error: unknown) => void,
    private readonly deleted: () => void,
  ) {}

  start(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), EVERY_MS);
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
    this.record = { ...this.record, ended: { at: new Date().toISOString(), exit_code: exitCode, signal } };
    this.write();
  }

  private beat(): void {
    // A trainer that still writes may have made the folder anew: run.json it never makes.
    if (!existsSync(join(this.directory, layout.identity))) {
      this.stop();
      this.deleted();
      return;
    }
    try {
      this.write();
    } catch (error) {
      this.failed(error);
    }
  }

  private write(): void {
    writeJob(this.directory, { ...this.record, heartbeat: new Date().toISOString() });
  }
}
