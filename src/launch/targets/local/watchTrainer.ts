/** The life of one trainer process as its watcher lives it: wait for the runs it builds on, start, record the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../../../core/messageOf.js';
import type { EventBody } from '../../../protocol/events.js';
import { layout } from '../../../protocol/layout.js';
import type { RunIdentity } from '../../../protocol/runFiles.js';
import { readIdentity, writeIdentity } from '../../../protocol/identity.js';
import { appendFlags, openRegular } from '../../../core/files/regularFile.js';
import { RunWriter } from '../../../protocol/writer.js';
import { awaitOrigins, runsOf, type Wanted } from '../../awaitOrigins.js';
import { Heartbeat } from './heartbeat.js';
import { killGroup, killTree, startOf, terminate, thisProcess } from './processes.js';
import { tailOf } from '../../tail.js';

interface End {
  pid: number;
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  tail: string[];
}

const TAIL_LINES = 20;
/** A full disk may have room again in a while: the end of a run is worth some attempts. */
const RECORD_ATTEMPTS = 60;

const launchSettings = z.object({
  launch: z.object({ env: z.record(z.string(), z.string()) }),
});

/**
 * Never writes an event while the trainer lives: a run has one writer at a time.
 * @param argv the trainer's command line
 * @param after what other runs have to provide first
 */
export async function watchTrainer(directory: string, argv: readonly string[], after: Wanted): Promise<void> {
  const identity = readIdentity(directory);
  if (!identity) throw new Error(`${directory} holds no run.json.`);
  const failed = (error: unknown): void => console.error(`heartbeat: ${messageOf(error)}`);
  const heartbeat = new Heartbeat(directory, await thisProcess(), failed, () => watch.abandon());
  const watch = new TrainerWatch(directory, identity, heartbeat);
  await watch.run(argv, after);
}

class TrainerWatch {
  private trainer: ChildProcess | undefined;

  constructor(
    private readonly directory: string,
    private identity: RunIdentity,
    private readonly heartbeat: Heartbeat,
  ) {}

  async run(argv: readonly string[], after: Wanted): Promise<void> {
    process.on('SIGHUP', () => undefined); // the terminal or the connection may go: the run stays
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.stop());
    this.heartbeat.start();
    if (runsOf(after).length > 0 && !(await this.waitFor(after))) return;
    this.append([{ type: 'process', state: 'started', pid: process.pid }]);
    const end = await this.train(argv);
    if (!existsSync(join(this.directory, layout.identity))) return; // the run was deleted meanwhile
    const failed = end.exitCode !== 0;
    await this.recordEnd(end.exitCode, end.signal, [
      {
        type: 'process',
        state: 'exited',
        pid: end.pid,
        exit_code: end.exitCode,
        signal: end.signal,
        ...(failed && { tail: end.tail }),
      },
    ]);
  }

  /** A run that was deleted does not train on. */
  abandon(): void {
    if (this.trainer?.pid === undefined) process.exit(1);
    void killTree(this.trainer.pid);
  }

  private stop(): void {
    writeFileSync(join(this.directory, layout.stopRequest), '');
    if (this.trainer?.pid !== undefined) terminate(this.trainer.pid);
  }

  /** @returns whether all is there and training can begin */
  private async waitFor(after: Wanted): Promise<boolean> {
    const runs = runsOf(after).join(' and ');
    const total = this.identity.total_steps ?? 0;
    const status = { type: 'status', step: 0, total_steps: total } as const;
    this.append([{ ...status, state: 'running', message: `waiting for ${runs}` }]);
    const awaited = await awaitOrigins(this.directory, after);
    if (awaited.kind === 'ready') {
      // Renamed meanwhile? Only what it builds on is ours to set.
      this.identity = { ...(readIdentity(this.directory) ?? this.identity), ...awaited.origins };
      writeIdentity(this.directory, this.identity);
      return true;
    }
    const outcome =
      awaited.kind === 'failed'
        ? ({ state: 'failed', message: awaited.message } as const)
        : ({ state: 'stopped', message: `stopped while waiting for ${runs}` } as const);
    await this.recordEnd(null, null, [{ ...status, ...outcome }]);
    return false;
  }

  private async train(argv: readonly string[]): Promise<End> {
    const [stdout, stderr] = [layout.stdout, layout.stderr].map((name) => join(this.directory, name)) as [string, string];
    const files = [openRegular(stdout, appendFlags), openRegular(stderr, appendFlags)] as const;
    const stderrStart = statSync(stderr).size;
    const env = { ...process.env, ...launchSettings.safeParse(this.identity.experiment.resolved).data?.launch.env };
    // A process group of its own, so that it ends with everything it has started.
    const child = spawn(argv[0], argv.slice(1), {
      cwd: this.identity.cwd,
      env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', ...files],
    });
    this.trainer = child;
    files.forEach((fd) => closeSync(fd));
    const ended = new Promise<End>((resolve) => {
      child.once('error', (error) =>
        resolve({ pid: 0, exitCode: null, signal: null, tail: [`${argv[0]} could not be started: ${error.message}`] }),
      );
      child.once('exit', (exitCode, signal) => {
        killGroup(child.pid ?? 0);
        void tailOf(stderr, TAIL_LINES, stderrStart).then((tail) => resolve({ pid: child.pid ?? 0, exitCode, signal, tail }));
      });
    });
    if (child.pid !== undefined) this.heartbeat.trainerStarted({ pid: child.pid, started: (await startOf(child.pid)) ?? 'ended' });
    return ended;
  }

  private append(events: EventBody[]): void {
    const writer = RunWriter.open(this.directory);
    try {
      for (const event of events) writer.append(event);
    } finally {
      writer.close();
    }
  }

  private async recordEnd(exitCode: number | null, signal: string | null, events: EventBody[]): Promise<void> {
    let pending = events;
    for (let attempt = 1; ; attempt++) {
      try {
        this.append(pending);
        pending = [];
        this.heartbeat.end(exitCode, signal);
        return;
      } catch (error) {
        if (attempt === RECORD_ATTEMPTS || !existsSync(this.directory)) throw error;
        console.error(`recording the end: ${messageOf(error)}`);
        await sleep(2000);
      }
    }
  }
}
