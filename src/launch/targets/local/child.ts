/** A process that this one starts, and what that starts in turn. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup, killTree, startOf, terminate, terminateTree, type ProcessId } from './processes.js';

export interface ChildEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  error?: Error;
}

const POLL_MS = 200;

export class Child {
  readonly ended: Promise<ChildEnd>;
  private readonly process: ChildProcess;
  private asking: Promise<void> | undefined;

  /** @param options.detached gives it a process group of its own, so that it ends with everything it has started */
  constructor(argv: readonly string[], options: SpawnOptions) {
    const child = spawn(argv[0], argv.slice(1), { ...options, windowsHide: true });
    this.process = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve({ exitCode: null, signal: null, error }));
      child.once('exit', (exitCode, signal) => {
        if (options.detached) killGroup(child.pid ?? 0);
        resolve({ exitCode, signal });
      });
    });
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** @returns null when it could not be started */
  async identify(): Promise<ProcessId | null> {
    return this.pid === 0 ? null : { pid: this.pid, started: (await startOf(this.pid)) ?? 'ended' };
  }

  /** Asks it alone to end. */
  terminate(): void {
    terminate(this.pid);
  }

  /**
   * Asks it and all that it has started to end; once: a second signal would end many a trainer in the middle of its checkpoint.
   * @returns when all that it had started has ended, itself aside
   */
  terminateAll(): Promise<void> {
    return (this.asking ??= this.pid === 0 ? Promise.resolve() : terminateTree(this.pid).then((tree) => untilGone(tree, this.pid)));
  }

  kill(): Promise<void> {
    return killTree(this.pid);
  }
}

async function untilGone(tree: readonly number[], root: number): Promise<void> {
  const rest = tree.filter((pid) => pid !== root);
  while ((await Promise.all(rest.map(startOf))).some((started) => started !== null)) await sleep(POLL_MS);
}
