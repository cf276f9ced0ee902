/** What `squeue` says of all jobs of this user: one call for all of them, at most once a minute. */
import { userInfo } from 'node:os';
import { messageOf } from '../../../core/messageOf.js';
import { slurm } from './commands.js';
import { type QueueRow, queueFormat, queueRows } from './jobStates.js';

const EVERY_MS = 60_000;
/** For a while after a person has submitted or stopped something. */
const SOON_MS = 1000;
const SOON_FOR_MS = 30_000;

/** The jobs by their ids, or why they are not known; and when that was asked. */
export interface QueueAnswer {
  jobs: ReadonlyMap<string, QueueRow> | string;
  at: number;
}

export class SlurmQueue {
  private answer: Promise<QueueAnswer> | undefined;
  private questionTime = 0;
  private soonUntil = 0;

  /** Somebody has changed something and waits to see it. */
  expectChange(): void {
    this.soonUntil = Date.now() + SOON_FOR_MS;
  }

  /** @param submitted when the job was that is looked for, in milliseconds: in whatever window, a person waits to see what becomes of it */
  ask(submitted: number): Promise<QueueAnswer> {
    const now = Date.now();
    this.soonUntil = Math.max(this.soonUntil, Math.min(submitted, now) + SOON_FOR_MS);
    if (!this.answer || now - this.questionTime >= (now < this.soonUntil ? SOON_MS : EVERY_MS)) {
      this.questionTime = now;
      this.answer = look(now);
    }
    return this.answer;
  }
}

async function look(at: number): Promise<QueueAnswer> {
  try {
    const answer = await slurm('squeue', ['--noheader', '--states=all', `--user=${userInfo().username}`, `--format=${queueFormat}`]);
    return { jobs: new Map(queueRows(answer).map((row) => [row.id, row])), at };
  } catch (error) {
    return { jobs: messageOf(error), at };
  }
}
