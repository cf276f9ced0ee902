import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowTarget } from '../../importers/following/followFolder.js';
import { Ledger } from '../../importers/following/ledger.js';
import { recall } from '../../importers/following/recall.js';
import { lastEvent } from '../../launch/newestEvents.js';
import { Child, type ChildEnd } from '../../launch/targets/local/child.js';
import { withLock } from '../../launch/targets/local/lock.js';
import type { EventBody, EventOf } from '../../protocol/events.js';
import { layout } from '../../protocol/layout.js';
import { isStopRequested, requestStop } from '../../protocol/stopRequest.js';
import type { RunWriter } from '../../protocol/runWriter.js';
import { captureFolder, mayTakeHold, whyNotCaptured } from './capture.js';
import { CapturedEvents } from './capturedEvents.js';
import { shownCommand, type ResolvedCommand } from './resolveCommand.js';
import { checkFormat, watchPlace } from './watchedPlace.js';

const STOP_POLL_MS = 200;
const CAPTURE_POLL_MS = 400;
/** Long enough for the lock of one that has died on another host to count as left over. */
const LOCK_WAIT_MS = 45_000;

/** Holds the run directory, for a program that writes its run itself (python/grpo_lab/events). */
const RUN_VARIABLE = 'GRPO_LAB_RUN';

export interface CommandWorld {
  runDir: string;
  writer: RunWriter;
  totalSteps: number;
  python: string;
}

/**
 * One life of a foreign trainer. Where files of it are watched, or it is captured, it is followed while it lives, and read to the end after
 * it has ended: the run directory has one writer, this process. Otherwise the trainer may write the run itself, and this process does not
 * until it has ended.
 */
export class CommandRun {
  /** What each note says, by its key. */
  private readonly notes = new Map<string, string>();
  /** Newest step written. */
  private step = 0;
  private announced = -1;
  /** Set when the command is asked to end; resolves when it has, with all that it had started and was sent a signal. */
  private stopping: Promise<void> | undefined;
  private readonly capture: CapturedEvents | undefined;
  /** What each followed place has told. */
  private readonly ledgers: Ledger[] = [];

  /**
   * @param captured whether the command is, and the last step that capture has told in former lives
   * @throws when a watched format is not known
   */
  constructor(
    private readonly command: ResolvedCommand,
    private readonly world: CommandWorld,
    captured: { before: number } | null = null,
  ) {
    command.watch.forEach(checkFormat);
    if (captured) this.capture = new CapturedEvents(world.runDir, (event, time) => this.tellCaptured(event, time), captured.before);
  }

  /** @returns the exit code for this process: the trainer's own, 0 when it was stopped on request */
  async toItsEnd(): Promise<number> {
    const { argv, cwd } = this.command;
    this.status('running', 'starting');
    this.world.writer.append({ type: 'log', level: 'info', message: `${shownCommand(argv)}   (in ${cwd})` });
    const { runDir } = this.world;
    if (this.command.watch.length === 0 && !this.capture) return this.onItsOwn();
    return withLock(join(runDir, layout.writerLock), (lost) => this.followed(lost), LOCK_WAIT_MS);
  }

  /** @param lost another process writes the run now: the former turn of a job that lives on, unseen by its queue, ends */
  private async followed(lost: AbortSignal): Promise<number> {
    const over = new AbortController();
    const following = [...this.command.watch.map((place) => this.follow(place, over.signal)), this.takeCaptured(over.signal)];
    // Its trouble is reported at the end; until then it must not count as unhandled.
    const followed = Promise.all(following);
    followed.catch(() => undefined);
    const end = await this.childsEnd(over, lost);
    lost.throwIfAborted();
    await followed; // what it wrote last
    if (this.capture?.hasTakenHold === false) this.noteNoCapture();
    return this.conclude(end, null);
  }

  private async onItsOwn(): Promise<number> {
    const { runDir, writer } = this.world;
    const before = writer.lastSeq;
    writer.handOver();
    const end = await this.childsEnd(new AbortController(), new AbortController().signal);
    const status = lastEvent(runDir, ['status']);
    return this.conclude(end, status && status.seq > before ? status : null);
  }

  /** @param over is aborted once the trainer has ended, with all that it had started if it was asked to */
  private async childsEnd(over: AbortController, lost: AbortSignal): Promise<ChildEnd> {
    const { argv, cwd, env } = this.command;
    const child = new Child(argv, {
      cwd,
      env: { ...process.env, [RUN_VARIABLE]: this.world.runDir, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.stop(child));
    lost.addEventListener('abort', () => void child.kill());
    void this.awaitRequest(child, over.signal);
    const end = await child.ended;
    await this.stopping; // what a wrapper has left behind may still write its checkpoint
    over.abort();
    return end;
  }

  /** Follows one place. What an earlier life of the run has written is not written again. */
  private async follow(place: ResolvedCommand['watch'][number], signal: AbortSignal): Promise<void> {
    const target: FollowTarget = {
      event: (event) => this.tellFollowed(event),
      note: ({ id, level, message }) => this.note(`${place.path}\0${id}`, level, message),
      trouble: (error) => this.note(`${place.path}\0trouble`, 'warning', error?.message ?? `${place.path} can be read again.`),
      caughtUp: () => this.announce(),
    };
    const ledger = new Ledger();
    recall(this.world.runDir, ledger);
    this.ledgers.push(ledger);
    await watchPlace(place, this.world, ledger, target, signal);
  }

  /** The step that was reached, when it has changed. */
  private announce(): void {
    if (this.step === this.announced || this.stopping) return;
    this.announced = this.step;
    this.status('running', 'training');
  }

  /** Looks for a request to stop in the run directory, where it can come from any host, and on systems without signals. */
  private async awaitRequest(child: Child, over: AbortSignal): Promise<void> {
    while (!over.aborted && !this.stopping) {
      if (isStopRequested(this.world.runDir)) this.stop(child);
      await sleep(STOP_POLL_MS, undefined, { ref: false });
    }
  }

  private stop(child: Child): void {
    this.stopping ??= this.end(child);
  }

  /** A loop that looks for the request ends after its step, with a checkpoint; many a program that gets a signal ends without one. */
  private async end(child: Child): Promise<void> {
    try {
      requestStop(this.world.runDir, 'signal'); // where a signal came instead of one
    } catch {
      // a full disk, or the run was deleted: the signal comes all the same
    }
    const over = new AbortController();
    const late = sleep(this.command.stopGrace * 1000, true, { signal: over.signal }).catch(() => false);
    const isLate = await Promise.race([late, child.ended.then(() => false)]);
    over.abort();
    if (isLate) await child.terminateAll();
  }

  /** @param status what the trainer itself has told last, where it writes the run */
  private conclude({ exitCode, signal, error }: ChildEnd, status: EventOf<'status'> | null): number {
    if (status) {
      this.step = status.step;
      this.world.totalSteps = status.total_steps;
    }
    if (error) {
      this.status('failed', `${this.command.argv[0]} could not be started in ${this.command.cwd}: ${error.message}`);
      return 1;
    }
    const ended = status && status.state !== 'running' ? status.state : null;
    if (this.stopping) {
      if (ended === null) this.status('stopped', 'stopped on request');
      return 0;
    }
    if (exitCode === 0) {
      if (ended === null) this.status('finished', 'the command has ended');
      return 0;
    }
    // Why it failed it knows better.
    if (ended !== 'failed')
      this.status('failed', signal ? `the command was ended by ${signal}` : `the command ended with exit code ${exitCode}`);
    return exitCode ?? 1;
  }

  /** Takes over what capture has written, until the command has ended and once more after it. */
  private async takeCaptured(over: AbortSignal): Promise<void> {
    if (!this.capture) return;
    while (!over.aborted) {
      this.capture.drain();
      this.announce();
      await sleep(CAPTURE_POLL_MS, undefined, { signal: over }).catch(() => undefined); // the end of the command ends the sleep early
    }
    this.capture.drain();
    this.capture.remove();
  }

  /** What capture tells is not told a second time from the trainer's own files. */
  private tellFollowed(event: EventBody): void {
    this.capture?.drain();
    if (this.capture?.covers(event)) return;
    const isOfStep = event.type === 'group' || event.type === 'metrics';
    if (isOfStep && this.capture?.hasTakenHold === false && !mayTakeHold(captureFolder(this.world.runDir))) this.noteNoCapture();
    this.tell(event);
  }

  private tellCaptured(event: EventBody, time: Date): void {
    if (event.type === 'resume') for (const ledger of this.ledgers) ledger.news(event);
    this.tell(event, time);
  }

  private noteNoCapture(): void {
    this.note('capture', 'warning', whyNotCaptured(captureFolder(this.world.runDir), this.command.argv));
  }

  private tell(event: EventBody, time?: Date): void {
    if (event.type === 'resume') this.step = Math.max(0, event.from_step);
    else if ('step' in event && event.step !== undefined) this.step = Math.max(this.step, event.step);
    this.world.writer.append(event, time);
  }

  /** Logs a note once, and again when its text has changed. */
  private note(key: string, level: 'info' | 'warning', message: string): void {
    if (this.notes.get(key) === message) return;
    this.notes.set(key, message);
    this.world.writer.append({ type: 'log', level, message });
  }

  private status(state: 'running' | 'finished' | 'stopped' | 'failed', message: string): void {
    this.world.writer.append({ type: 'status', state, step: this.step, total_steps: Math.max(this.world.totalSteps, this.step), message });
  }
}
