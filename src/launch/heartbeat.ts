/** `process.json`, kept fresh by the process that watches a trainer. */
import { PROTOCOL_VERSION, type ProcessState } from '../protocol/events.js';
import { writeProcess } from '../protocol/identity.js';
import { type ProcessId, thisHost } from './processes.js';

const EVERY_MS = 2000;

export class Heartbeat {
  private state: ProcessState;
  private timer: NodeJS.Timeout | undefined;

  /** @param failed told of every heartbeat that could not be written (a full disk, a deleted directory); the watch goes on */
  constructor(
    private readonly directory: string,
    watcher: ProcessId,
    private readonly failed: (error: unknown) => void,
  ) {
    this.state = { v: PROTOCOL_VERSION, host: thisHost(), watcher, trainer: null, heartbeat: '', ended: null };
  }

  start(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), EVERY_MS);
  }

  trainerStarted(trainer: ProcessId): void {
    this.state = { ...this.state, trainer };
    this.beat();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The last beat. @throws when it cannot be written */
  end(exitCode: number | null, signal: string | null): void {
    this.stop();
    this.state = { ...this.state, ended: { at: new Date().toISOString(), exit_code: exitCode, signal } };
    this.write();
  }

  private beat(): void {
    try {
      this.write();
    } catch (error) {
      this.failed(error);
    }
  }

  private write(): void {
    writeProcess(this.directory, { ...this.state, heartbeat: new Date().toISOString() });
  }
}
