import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportNote } from '../../importers/importer.js';
import type { EventBody } from '../../protocol/events.js';
import type { RunWriter } from '../../protocol/writer.js';
import { shownCommand, type ResolvedCommand } from './resolve.js';
import { Watch } from './watch.js';

export interface CommandWorld {
  writer: RunWriter;
  totalSteps: number;
  python: string;
}

/** How long after one look the next begins: a step is seen well within two seconds. */
const LOOK_MS = 500;

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
  private readonly watches: Watch[];
  private readonly said = new Map<string, string>();
  /** Newest step told. */
  private step = 0;
  private announced = -1;
  private stopping = false;

  /** @throws when a watched format is not known */
  constructor(
    private readonly command: ResolvedCommand,
    private readonly world: CommandWorld,
  ) {
    const sink = { event: (event: EventBody) => this.tell(event), note: (note: ImportNote, path: string) => this.note(note, path) };
    this.watches = command.watch.map((place) => new Watch(place, world.python, sink));
  }

  /** @returns the exit code for this process: the trainer's own, 0 when it was stopped on request */
  async toItsEnd(resumed: boolean): Promise<number> {
    const { writer } = this.world;
    const { argv, cwd, env } = this.command;
    // The files are the trainer's truth: a resumed one may rewrite them, so they are told again from their beginning.
    if (resumed) writer.append({ type: 'resume', from_step: 0, checkpoint: null });
    this.status('running', 'starting');
    writer.append({ type: 'log', level: 'info', message: `${shownCommand(argv)}   (in ${cwd})` });

    const child = spawn(argv[0], argv.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.stop(child));
    const end = await this.follow(child);
    await this.look(new AbortController().signal); // what it wrote last
    await Promise.all(this.watches.map((w) => w.close()));
    return this.conclude(end);
  }

  private async follow(child: ChildProcess): Promise<End> {
    const over = new AbortController();
    const ended = new Promise<End>((resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, error }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    }).finally(() => over.abort());
    while (!over.signal.aborted) {
      await this.look(over.signal);
      await sleep(LOOK_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
    return ended;
  }

  private async look(signal: AbortSignal): Promise<void> {
    for (const watch of this.watches) await watch.look(signal);
    if (this.step !== this.announced && !this.stopping) this.status('running', 'training');
    this.announced = this.step;
  }

  private stop(child: ChildProcess): void {
    this.stopping = true;
    child.kill('SIGTERM');
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
  private note({ id, level, message }: ImportNote, path: string): void {
    const key = `${path}\0${id}`;
    if (this.said.get(key) === message) return;
    this.said.set(key, message);
    this.world.writer.append({ type: 'log', level, message });
  }

  private status(state: 'running' | 'finished' | 'stopped' | 'failed', message: string): void {
    this.world.writer.append({ type: 'status', state, step: this.step, total_steps: Math.max(this.world.totalSteps, this.step), message });
  }
}
