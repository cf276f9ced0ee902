/** The grader's thread: grades one job after the other; what the rules leave open goes to computer algebra. */
import { join } from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { compareAnswers, gradeSolution } from './grade.js';
import { JobClock, settled, undecided, type Answers, type GradeWorkerData, type Job, type Outcome } from './jobs.js';
import type * as symbolic from './symbolic/compare.js';

/** Answers are sent at least this often, so that little work is lost when a job makes an end of this thread. */
const flushMs = 20;
/** Of a question's time, when the engine gives up by itself: cheaper than to end the thread and to load the engine again. */
const engineShare = 0.6;
/** The engine has this long to load. */
const loadMs = 20_000;

class GradeWorker {
  private work = Promise.resolve();
  private engine: symbolic.SymbolicComparison | undefined;
  private results: Answers['results'] = [];
  private flushed = performance.now();
  private readonly clock: JobClock;

  constructor(
    private readonly port: MessagePort,
    private readonly options: GradeWorkerData,
  ) {
    this.clock = new JobClock(options.clock);
    port.on('message', (jobs: Job[]) => void (this.work = this.work.then(() => this.doAll(jobs))));
  }

  private async doAll(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      this.clock.begin(job.id);
      const byRules = graded(job);
      const outcome = byRules.open ? await this.settle(job, byRules, byRules.open) : byRules;
      this.results.push([job.id, outcome]);
      if (performance.now() - this.flushed > flushMs) this.flush();
    }
    this.clock.end();
    this.flush({ batchDone: true });
  }

  /** Computer algebra has the last word on two expressions that the rules do not decide. */
  private async settle(job: Job, outcome: Outcome, open: { answer: string; gold: string }): Promise<Outcome> {
    const start = performance.now();
    this.flush({ provisional: [job.id, outcome] });
    if (!this.engine) {
      this.clock.begin(job.id, loadMs);
      // A bundle of its own: most threads never need the engine, which takes ten times as long to load as all the rest.
      const { SymbolicComparison } = (await import(join(__dirname, 'symbolicEngine.cjs'))) as typeof symbolic;
      this.engine = new SymbolicComparison(this.options.timeoutMs * engineShare);
      this.clock.begin(job.id);
    }
    return settled(outcome, this.engine.compare(open.answer, open.gold), performance.now() - start);
  }

  private flush(more: Omit<Answers, 'results'> = {}): void {
    this.flushed = performance.now();
    this.port.postMessage({ results: this.results, ...more } satisfies Answers);
    this.results = [];
  }
}

/** What the rules say. They do not throw; should they all the same, the answer is not accepted and says why. */
function graded(job: Job): Outcome {
  try {
    return job.kind === 'grade' ? gradeSolution(job.solution, job.gold, job.options) : compareAnswers(job.answer, job.gold, job.options);
  } catch (error) {
    return undecided(job.kind, 'the checker failed', error instanceof Error ? error.message : String(error), 0);
  }
}

if (parentPort !== null) new GradeWorker(parentPort, workerData as GradeWorkerData);
