import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { errorCode } from '../core/files/fileErrors.js';
import type { Comparison, GradeResult, GradeOptions } from './grade.js';
import { type Answers, type GradeWorkerData, type Job, JobClock, type JobResult, settled, undecided } from './gradeJobs.js';
import { Algebra } from './symbolic/algebra.js';

export interface GraderOptions {
  /** The thread's bundle, `dist/gradeWorker.cjs`; computer algebra, `symbolicEngine.cjs`, lies beside it. */
  worker: string;
  /** What one question may take by the rules, and again in computer algebra, in milliseconds (500); not quite twice as much with the loading of the engine. */
  timeoutMs?: number;
  /** What a thread may hold on its heap, in MB (512). */
  memoryMb?: number;
}

/** A gold answer of this sort is likely to need computer algebra, which takes long to load. */
const algebraic = /\\(?:int|iint|oint|lim)(?![a-z])|\\(?:sum|prod)[^]*\\infty/;

type Question = Job extends infer J ? (J extends Job ? Omit<J, 'id'> : never) : never;

interface OpenGrade {
  job: Job;
  /** UTF-16 code units to send. */
  size: number;
  /** When, in milliseconds. */
  queuedAt: number;
  resolve: (outcome: JobResult) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  clock: JobClock;
  /** What was sent and is not answered, by id, in order. */
  sent: Map<number, OpenGrade>;
  batches: number;
}

/** Jobs go out in batches: of this many, or of so much text that sending it takes a millisecond. */
const batch = { jobs: 128, characters: 200_000 };
/** One batch is being worked on while the next one waits in the thread. */
const batchesAhead = 2;

/**
 * Grades in a thread of its own, and what the rules leave open in the thread of computer algebra: the caller is never blocked,
 * whatever the input. A question that takes too long, or too much memory, is undecided and makes an end of its thread; the next
 * question gets a fresh one. Questions are answered in order, but those for computer algebra come later. The threads start with
 * their first question and do not keep the process alive when they have nothing to do.
 */
export class Grader {
  private readonly timeoutMs: number;
  private readonly memoryMb: number;
  private readonly algebra: Algebra;
  /** What computer algebra has the last word on. */
  private readonly open = new Set<OpenGrade>();
  private thread: Thread | undefined;
  private waiting: OpenGrade[] = [];
  private timer: NodeJS.Timeout | undefined;
  private scheduled = false;
  private closed = false;
  private nextId = 1;
  /** When the thread last answered: the turn of the next question begins. */
  private answered = 0;

  constructor(private readonly options: GraderOptions) {
    this.timeoutMs = options.timeoutMs ?? 500;
    this.memoryMb = options.memoryMb ?? 512;
    const worker = join(dirname(options.worker), 'symbolicEngine.cjs');
    this.algebra = new Algebra({ worker, timeoutMs: this.timeoutMs, memoryMb: this.memoryMb });
  }

  /**
   * Finds a solution's final answer and compares it with the gold answer.
   * @param solution untrusted model output
   * @throws Error when the grader is closed or its thread cannot be started
   */
  grade(solution: string, gold: string, options: GradeOptions = {}): Promise<GradeResult> {
    return this.ask({ kind: 'grade', solution, gold, options }) as Promise<GradeResult>;
  }

  /** Compares two answers. Throws as `grade` does. */
  compare(answer: string | readonly string[], gold: string | readonly string[], options: GradeOptions = {}): Promise<Comparison> {
    return this.ask({ kind: 'compare', answer, gold, options });
  }

  /** Ends the threads; questions that were not answered yet fail. Closing twice is harmless. */
  async close(): Promise<void> {
    this.closed = true;
    const worker = this.thread?.worker;
    this.failAll(new Error('The grader was closed.'));
    await Promise.all([worker?.terminate(), this.algebra.close()]);
  }

  private ask(question: Question): Promise<JobResult> {
    if (this.closed) return Promise.reject(new Error('The grader was closed.'));
    return new Promise<JobResult>((resolve, reject) => {
      const job: Job = { id: this.nextId++, ...question };
      this.waiting.push({ job, size: sizeOf(job), queuedAt: performance.now(), resolve, reject });
      if (algebraic.test(String(job.gold))) this.algebra.warm();
      if (this.scheduled) return;
      this.scheduled = true;
      // What a caller asks in one go travels together.
      queueMicrotask(() => {
        this.scheduled = false;
        this.send();
      });
    });
  }

  private send(): void {
    if (this.closed) return;
    while (this.waiting.length > 0 && (this.thread?.batches ?? 0) < batchesAhead) {
      const thread = (this.thread ??= this.start());
      const next = this.waiting.splice(0, batchLength(this.waiting));
      for (const question of next) thread.sent.set(question.job.id, question);
      thread.batches++;
      thread.worker.ref();
      thread.worker.postMessage(next.map((p) => p.job));
    }
    this.timer ??= this.thread && this.thread.sent.size > 0 ? setTimeout(() => this.watch(), this.timeoutMs) : undefined;
  }

  private start(): Thread {
    const clock = new JobClock();
    const workerData: GradeWorkerData = { clock: clock.buffer };
    const worker = new Worker(this.options.worker, {
      workerData,
      name: 'grpo-lab grader',
      resourceLimits: { maxOldGenerationSizeMb: this.memoryMb },
    });
    const thread: Thread = { worker, clock, sent: new Map(), batches: 0 };
    let cause: unknown;
    worker.on('message', (answers: Answers) => {
      if (this.thread === thread) this.receive(thread, answers);
    });
    worker.on('error', (error: unknown) => (cause = error));
    worker.on('exit', () => {
      if (this.thread === thread) this.ended(thread, cause);
    });
    return thread;
  }

  private receive(thread: Thread, { results, batchDone }: Answers): void {
    const now = performance.now();
    for (const [id, outcome] of results) {
      const question = thread.sent.get(id);
      thread.sent.delete(id);
      if (question && outcome.open) void this.settle(question, outcome, outcome.open, now - Math.max(question.queuedAt, this.answered));
      else question?.resolve(outcome);
    }
    this.answered = now;
    if (batchDone) thread.batches--;
    if (thread.sent.size === 0) {
      thread.worker.unref();
      this.stopWatch();
    }
    this.send();
  }

  /** Computer algebra has the last word on two expressions that the rules do not decide. */
  private async settle(question: OpenGrade, outcome: JobResult, open: NonNullable<JobResult['open']>, spentMs: number): Promise<void> {
    this.open.add(question);
    const start = performance.now();
    const verdict = await this.algebra.compare(open, spentMs);
    this.open.delete(question);
    question.resolve(settled(outcome, verdict, performance.now() - start));
  }

  /** Looks at the clock that the thread writes, and comes again when the present job will have had its time. */
  private watch(): void {
    this.timer = undefined;
    const thread = this.thread;
    if (!thread || thread.sent.size === 0) return;
    const current = thread.clock.current();
    const left = current ? this.timeoutMs - current.ms : this.timeoutMs;
    if (current && left <= 0) {
      void thread.worker.terminate();
      this.goOnWithout(thread, current.job, `not decided within ${this.timeoutMs} ms`);
    } else this.timer = setTimeout(() => this.watch(), Math.max(5, left));
  }

  /** The thread ended by itself: the job it was at is to blame; if it was at none, no other thread would fare better. */
  private ended(thread: Thread, cause: unknown): void {
    const current = thread.clock.current();
    const message = cause instanceof Error ? cause.message : 'it ended unexpectedly';
    const memory = errorCode(cause) === 'ERR_WORKER_OUT_OF_MEMORY';
    if (current)
      this.goOnWithout(thread, current.job, memory ? `it takes more than ${this.memoryMb} MB` : `the checker failed: ${message}`);
    else this.failAll(new Error(`The grader's thread (${this.options.worker}) ended: ${message}`, { cause }));
  }

  /** Answers the job that used up its limit, and gives the others to a fresh thread. */
  private goOnWithout(thread: Thread, job: number, reason: string): void {
    this.drop(thread);
    this.answered = performance.now();
    const culprit = thread.sent.get(job);
    thread.sent.delete(job);
    this.waiting = [...thread.sent.values(), ...this.waiting];
    culprit?.resolve(undecided(culprit.job.kind, 'limit of the checker', reason, this.timeoutMs));
    this.send();
  }

  private failAll(error: Error): void {
    const unanswered = [...(this.thread?.sent.values() ?? []), ...this.waiting, ...(this.closed ? this.open : [])];
    this.waiting = [];
    this.drop(this.thread);
    for (const { reject } of unanswered) reject(error);
  }

  private drop(thread: Thread | undefined): void {
    thread?.worker.unref();
    this.thread = undefined;
    this.stopWatch();
  }

  private stopWatch(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

function batchLength(waiting: readonly OpenGrade[]): number {
  let characters = 0;
  for (let i = 0; i < waiting.length && i < batch.jobs; i++) {
    characters += waiting[i].size;
    if (i > 0 && characters > batch.characters) return i;
  }
  return Math.min(waiting.length, batch.jobs);
}

function sizeOf(job: Job): number {
  if (job.kind === 'grade') return job.solution.length + job.gold.length;
  const length = (part: string | readonly string[]): number =>
    typeof part === 'string' ? part.length : part.reduce((sum, p) => sum + p.length, 0);
  return length(job.answer) + length(job.gold);
}
