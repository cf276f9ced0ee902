/** Watches one trainer process: waits for the runs that it builds on, starts it, records its end. */
import { closeSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../core/messageOf.js';
import type { EventBody } from '../../../protocol/events.js';
import { readIdentity, writeIdentity } from '../../../protocol/identity.js';
import { appendFlags, openRegular } from '../../../core/files/regularFile.js';
import { layout } from '../../../protocol/layout.js';
import type { RunIdentity } from '../../../protocol/runFiles.js';
import { isStopWanted, requestStop, withdrawStopRequest } from '../../../protocol/stopRequest.js';
import { RunWriter } from '../../../protocol/runWriter.js';
import { awaitOrigins, runsOf } from '../../awaitOrigins.js';
import { compactRun } from '../../compactRun.js';
import type { OriginReferences, Work } from '../../job.js';
import type { Jobs } from '../../jobs.js';
import { lastEvent } from '../../newestEvents.js';
import { tailOf } from '../../tail.js';
import type { Turn } from '../turn.js';
import { Child, type ChildEnd } from './child.js';
import { Heartbeat, HEARTBEAT_MS } from './heartbeat.js';
import { ownJob } from './ownJob.js';

const TAIL_LINES = 20;
/** A full disk may have room again in a while: the end of a run is worth some attempts. */
const RECORD_ATTEMPTS = 60;

export interface Watch {
  directory: string;
  /** Id of the job that this process is, with the trainer that it starts, on the target of this name. */
  job: string;
  target: string;
  /** Further keys that the target wants in the job's record. */
  own: Readonly<Record<string, string>>;
  work: Work;
  /** What other runs have to provide first. */
  after: OriginReferences;
  /** Where the job has its turn from a queue. */
  turn: Turn | undefined;
  /** Seconds after which the target kills this process when it has asked it to end; the trainer, in a group of its own, would live on. */
  patience: number | undefined;
}

/**
 * Never writes an event while the trainer lives: a run has one writer at a time.
 * @param jobs of the runs that it waits for
 */
export async function watchTrainer({ directory, job, target, own, work, after, turn, patience }: Watch, jobs: Jobs): Promise<void> {
  const identity = readIdentity(directory);
  if (!identity) throw new Error(`${directory} holds no run.json.`);
  const failed = (error: unknown): void => console.error(`heartbeat: ${messageOf(error)}`);
  const record = { ...own, ...(await ownJob(job, target)), resources: work.resources, nodes: turn?.nodes };
  const abandon = (): void => watch.abandon();
  const heartbeat = new Heartbeat(directory, record, failed, abandon, abandon);
  const watch = new TrainerWatch(directory, identity, heartbeat, turn, patience);
  await watch.run(work, after, jobs);
}

class TrainerWatch {
  private trainer: Child | undefined;
  /** Its run was deleted, or has another watcher. */
  private isAbandoned = false;
  private isTurnOver = false;
  /** Whether it was its queue that ended it, to give it another turn. */
  private isTakenBack = Promise.resolve(false);

  constructor(
    private readonly directory: string,
    private identity: RunIdentity,
    private readonly heartbeat: Heartbeat,
    private readonly turn: Turn | undefined,
    private readonly patience: number | undefined,
  ) {}

  async run(work: Work, after: OriginReferences, jobs: Jobs): Promise<void> {
    process.on('SIGHUP', () => undefined); // the terminal or the connection may go: the run stays
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.stop());
    if (this.turn) process.on('SIGUSR2', () => this.endTurn());
    this.heartbeat.start();
    if ((this.turn?.former ?? 0) > 0) {
      if (!(await this.beginAgain())) return;
      work = { ...work, argv: [...work.argv, ...work.resume] };
    }
    if (runsOf(after).length > 0 && !(await this.waitFor(after, jobs))) return;
    this.append([{ type: 'process', state: 'started', pid: process.pid }]);
    const { pid, end, tail } = await this.train(work);
    if (this.isAbandoned || !existsSync(join(this.directory, layout.identity))) return; // the run is not ours any more
    const failed = end.exitCode !== 0;
    const event = { type: 'process', state: 'exited', pid, exit_code: end.exitCode, signal: end.signal, ...(failed && { tail }) } as const;
    const turn = this.isTurnOver || (await this.isTakenBack) ? this.turn : undefined;
    if (turn && (await this.waitForAnother(turn, event))) return;
    await this.recordEnd(end.exitCode, end.signal, turn ? [] : [event]);
    // The end is on record: who waits for the run need not wait for this.
    await compactRun(this.directory).catch((error: unknown) => console.error(`compressing the events: ${messageOf(error)}`));
  }

  /** A run that was deleted, or that another watcher has taken over, does not train on. */
  abandon(): void {
    this.isAbandoned = true;
    if (!this.trainer) process.exit(1);
    void this.trainer.kill();
  }

  private stop(): void {
    if (this.turn && !isStopWanted(this.directory)) this.isTakenBack = this.turn.isTakenBack().catch(() => false);
    requestStop(this.directory, 'signal');
    this.trainer?.terminate();
    if (this.patience !== undefined) setTimeout(() => void this.trainer?.kill(), this.patience * 1000);
  }

  /** Its place is taken away in a while. Every backend looks for the request, and writes a checkpoint after its step. */
  private endTurn(): void {
    this.isTurnOver = true;
    requestStop(this.directory, 'signal');
  }

  /** @returns whether it goes on: a person may have stopped it while it waited */
  private async beginAgain(): Promise<boolean> {
    // The former turn's processes may live on, on a node that its queue has lost sight of: they see this record, and end.
    await sleep(2 * HEARTBEAT_MS);
    const { state, step = 0, total_steps = this.identity.total_steps ?? 0 } = lastEvent(this.directory, ['status']) ?? {};
    if (state === 'finished') {
      await this.recordEnd(0, null, []); // its former turn was taken away at the last moment
      return false;
    }
    if (isStopWanted(this.directory)) {
      await this.recordEnd(null, null, [{ type: 'status', state: 'stopped', step, total_steps, message: 'stopped before its next turn' }]);
      return false;
    }
    withdrawStopRequest(this.directory);
    return true;
  }

  /**
   * Gives the place back with a checkpoint written, and asks for another, unless the queue has taken the place itself.
   * @returns false when the run is over all the same: it had come to its end, it failed, a person stops it, or there is no other turn
   */
  private async waitForAnother(turn: Turn, exited: EventBody): Promise<boolean> {
    const { state, step = 0, total_steps = this.identity.total_steps ?? 0 } = lastEvent(this.directory, ['status']) ?? {};
    this.append([exited]);
    const isTakenBack = await this.isTakenBack;
    // What was ended in the middle of something may have called that a failure.
    if (isStopWanted(this.directory) || (isTakenBack ? state === 'finished' : state !== 'stopped')) return false;
    const message = `its turn ${isTakenBack ? 'was taken away' : 'is over'}: it waits for another`;
    this.append([{ type: 'status', state: 'running', step, total_steps, message }]);
    this.heartbeat.rest();
    if (isTakenBack) return true;
    try {
      await turn.giveBack();
      return true;
    } catch (error) {
      this.append([{ type: 'status', state: 'stopped', step, total_steps, message: `it gets no other turn: ${messageOf(error)}` }]);
      return false;
    }
  }

  /** @returns whether all is there and training can begin */
  private async waitFor(after: OriginReferences, jobs: Jobs): Promise<boolean> {
    const runs = runsOf(after).join(' and ');
    const total = this.identity.total_steps ?? 0;
    const status = { type: 'status', step: 0, total_steps: total } as const;
    this.append([{ ...status, state: 'running', message: `waiting for ${runs}` }]);
    const outcome = await awaitOrigins(this.directory, after, jobs);
    if (outcome.kind === 'ready') {
      // Renamed meanwhile? Only what it builds on is ours to set.
      this.identity = { ...(readIdentity(this.directory) ?? this.identity), ...outcome.origins };
      writeIdentity(this.directory, this.identity);
      return true;
    }
    const end =
      outcome.kind === 'failed'
        ? ({ state: 'failed', message: outcome.message } as const)
        : ({ state: 'stopped', message: `stopped while waiting for ${runs}` } as const);
    await this.recordEnd(null, null, [{ ...status, ...end }]);
    return false;
  }

  private async train({ argv, env, cwd }: Work): Promise<{ pid: number; end: ChildEnd; tail: string[] }> {
    const [stdout, stderr] = [layout.stdout, layout.stderr].map((name) => join(this.directory, name)) as [string, string];
    const files = [openRegular(stdout, appendFlags), openRegular(stderr, appendFlags)] as const;
    const stderrStart = statSync(stderr).size;
    const child = new Child(argv, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', ...files] });
    this.trainer = child;
    files.forEach((fd) => closeSync(fd));
    const trainer = await child.identify();
    if (trainer) this.heartbeat.trainerStarted(trainer);
    const end = await child.ended;
    const tail = end.error ? [`${argv[0]} could not be started: ${end.error.message}`] : await tailOf(stderr, TAIL_LINES, stderrStart);
    return { pid: child.pid, end, tail };
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
    let unwritten = events;
    for (let attempt = 1; ; attempt++) {
      try {
        this.append(unwritten);
        unwritten = [];
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
