/** `process.json`, kept fresh by the process that watches a trainer. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL_VERSION } from '../../../protocol/events.js';
import { layout } from '../../../protocol/layout.js';
import type { ProcessState } from '../../../protocol/runFiles.js';
import { writeProcess } from '../../../protocol/identity.js';
import { type ProcessId, thisHost } from './processes.js';

const EVERY_MS = 2000;

export class Heartbeat {
  private state: ProcessState;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param failed told of every heartbeat that could not be written (a full disk); the heart goes on
   * @param deleted told when the run is no longer there; the heart stops
   */
  constructor(
    private readonly directory: string,
    watcher: ProcessId,
    private readonly failed: (error: unknown) => void,
    private readonly deleted: () => void,
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
    writeProcess(this.directory, { ...this.state, heartbeat: new Date().toISOString() });
  }
}
