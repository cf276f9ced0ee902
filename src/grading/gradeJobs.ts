/** What the grader asks its thread, and how the two keep time. */
import { goldUnreadable } from '../core/goldUnreadable.js';
import { checker, type Comparison, type GradeResult, type GradeOptions } from './grade.js';

export type Job =
  | { id: number; kind: 'grade'; solution: string; gold: string; options: GradeOptions }
  | { id: number; kind: 'compare'; answer: string | readonly string[]; gold: string | readonly string[]; options: GradeOptions };

export type JobResult = GradeResult | Comparison;

/** Answers to jobs, each with its job's id. */
export interface Answers {
  results: [id: number, outcome: JobResult][];
  /** These were the last of a batch. */
  batchDone?: boolean;
}

export interface GradeWorkerData {
  clock: SharedArrayBuffer;
}

/** The result of a job that came to no verdict, and why. */
export function undecided(kind: Job['kind'], rule: string, reason: string, ms: number): JobResult {
  const comparison = { verdict: 'undecided', rule, reason, normal: { answer: null, gold: null } } as const;
  return kind === 'compare' ? comparison : { ...comparison, answer: null, span: null, extraction: null, checker, ms };
}

/** What the rules left open, with the verdict that it got after all. `ms` is added to their time. */
export function settled(open: JobResult, by: Pick<JobResult, 'verdict' | 'rule' | 'reason'>, ms: number): JobResult {
  // Algebra that cannot decide either does not make a gold readable.
  if (open.rule === goldUnreadable && by.verdict === 'undecided')
    by = { verdict: 'undecided', rule: open.rule, ...(open.reason !== undefined && { reason: open.reason }) };
  const outcome = { ...open, ...by };
  delete outcome.open;
  if (by.reason === undefined) delete outcome.reason;
  return 'ms' in outcome ? { ...outcome, ms: outcome.ms + ms } : outcome;
}

/** The same clock in every thread of the process. */
const monotonicMs = (): bigint => process.hrtime.bigint() / 1_000_000n;

/**
 * Which job the thread is at, and since when: written by the thread, read by its owner while the thread is too busy to answer
 * messages.
 */
export class JobClock {
  private readonly cells: BigInt64Array<SharedArrayBuffer>;

  constructor(readonly buffer = new SharedArrayBuffer(16)) {
    this.cells = new BigInt64Array(buffer);
  }

  begin(job: number): void {
    // The time first: who reads the new job with an old time would end it too early.
    Atomics.store(this.cells, 1, monotonicMs());
    Atomics.store(this.cells, 0, BigInt(job));
  }

  end(): void {
    Atomics.store(this.cells, 0, 0n);
  }

  /** @returns undefined between jobs */
  current(): { job: number; ms: number } | undefined {
    const job = Number(Atomics.load(this.cells, 0));
    const ms = Number(monotonicMs() - Atomics.load(this.cells, 1));
    return job === 0 ? undefined : { job, ms };
  }
}
