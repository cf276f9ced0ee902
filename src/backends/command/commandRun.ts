import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowTarget } from '../../importers/following/follow.js';
import { Told } from '../../importers/following/told.js';
import { recall } from '../../importers/following/recall.js';
import { startOf, terminateTree } from '../../launch/targets/local/processes.js';
import type { EventBody } from '../../protocol/events.js';
import { layout } from '../../protocol/layout.js';
import type { RunWriter } from '../../protocol/writer.js';
import { shownCommand, type ResolvedCommand } from './resolve.js';
import { checkFormat, watchPlace } from './watch.js';

const STOP_POLL_MS = 200;

export interface CommandWorld {
  runDir: string;
  writer: RunWriter;
  totalSteps: number;
  python: string;
}

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  error?: Error;
}

/**
 * One life of a foreign trainer: started, followed while it lives, read to the end after it has ended. The run directory
 * has one writer, this process; the trainer's own files are only read.
 */
export class CommandRun {
  private readonly said = new Map<string, string>();
  /** Newest step told. */
  private step = 0;
  private announced = -1;
  private stopping = false;
  /** What else was asked to end with the command has ended. */
  private rest: Promise<void> = Promise.resolve();

  /** @throws when a watched format is not known */
  constructor(
    private readonly command: ResolvedCommand,
    private readonly world: CommandWorld,
  ) {
    command.watch.forEach(checkFormat);
  }

  /** @returns the exit code for this process: the trainer's own, 0 when it was stopped on request */
  async toItsEnd(): Promise<number> {
    const { argv, cwd, env } = this.command;
    this.status('running', 'starting');
    this.world.writer.append({ type: 'log', level: 'info', message: `${shownCommand(argv)}   (in ${cwd})` });
    const over = new AbortController();
    const following = this.command.watch.map((place) => this.follow(place, over.signal));
    // Its trouble is reported at the end; until then it must not count as unhandled.
    const followed = Promise.all(following);
    followed.catch(() => undefined);

    const child = spawn(argv[0], argv.slice(1), { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.stop(child));
    void this.awaitRequest(child, over.signal);
    const end = await new Promise<End>((resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, error }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    await this.rest; // what a wrapper has left behind may still write its checkpoint
    over.abort();
    await followed; // what it wrote last
    return this.conclude(end);
  }

  /** What an earlier life of the run told is not told again. */
  private async follow(place: ResolvedCommand['watch'][number], signal: AbortSignal): Promise<void> {
    const target: FollowTarget = {
      event: (event) => this.tell(event),
      note: ({ id, level, message }) => this.note(`${place.path}\0${id}`, level, message),
      trouble: (error) => this.note(`${place.path}\0trouble`, 'warning', error?.message ?? `${place.path} can be read again.`),
      caughtUp: () => this.announce(),
    };
    const told = new Told();
    recall(this.world.runDir, told);
    await watchPlace(place, this.world.python, told, target, signal);
  }

  /** The step that was reached, when it has changed. */
  private announce(): void {
    if (this.step === this.announced || this.stopping) return;
    this.announced = this.step;
    this.status('running', 'training');
  }

  /** The request lies in the run directory: it comes from any host, and where there are no signals. */
  private async awaitRequest(child: ChildProcess, over: AbortSignal): Promise<void> {
    while (!over.aborted && !this.stopping) {
      if (existsSync(join(this.world.runDir, layout.stopRequest))) await this.stop(child);
      await sleep(STOP_POLL_MS, undefined, { ref: false });
    }
  }

  /** Once: a second signal would end many a trainer in the middle of its checkpoint. */
  private async stop(child: ChildProcess): Promise<void> {
    if (this.stopping || child.pid === undefined) return;
    this.stopping = true;
    const asked = terminateTree(child.pid);
    this.rest = asked.then((tree) => untilGone(tree.filter((pid) => pid !== child.pid)));
    await this.rest;
  }

  private conclude({ code, signal, error }: End): number {
    if (error) {
      this.status('failed', `${this.command.argv[0]} could not be started in ${this.command.cwd}: ${error.message}`);
      return 1;
    }
    if (this.stopping) {
      this.status('stopped', 'stopped on request');
      return 0;
    }
    if (code === 0) {
      this.status('finished', 'the command has ended');
      return 0;
    }
    this.status('failed', signal ? `the command was ended by ${signal}` : `the command ended with exit code ${code}`);
    return code ?? 1;
  }

  private tell(event: EventBody): void {
    if ('step' in event && event.step !== undefined) this.step = Math.max(this.step, event.step);
    this.world.writer.append(event);
  }

  /** A note is said once, and again when it says something else. */
  private note(key: string, level: 'info' | 'warning', message: string): void {
    if (this.said.get(key) === message) return;
    this.said.set(key, message);
    this.world.writer.append({ type: 'log', level, message });
  }

  private status(state: 'running' | 'finished' | 'stopped' | 'failed', message: string): void {
    this.world.writer.append({ type: 'status', state, step: this.step, total_steps: Math.max(this.world.totalSteps, this.step), message });
  }
}

async function untilGone(pids: readonly number[]): Promise<void> {
  while ((await Promise.all(pids.map(startOf))).some((started) => started !== null)) await sleep(STOP_POLL_MS);
}
