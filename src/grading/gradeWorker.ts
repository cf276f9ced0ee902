/** The grader's thread: grades one job after the other by the rules. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../core/messageOf.js';
import { compareAnswers, gradeSolution } from './grade.js';
import { JobClock, undecided, type Answers, type GradeWorkerData, type Job, type JobResult } from './gradeJobs.js';

/** Answers are sent at least this often, so that little work is lost when a job makes an end of this thread. */
const flushMs = 20;

class GradeWorker {
  private results: Answers['results'] = [];
  private flushed = performance.now();
  private readonly clock: JobClock;

  constructor(
    private readonly port: MessagePort,
    options: GradeWorkerData,
  ) {
    this.clock = new JobClock(options.clock);
    port.on('message', (jobs: Job[]) => this.doAll(jobs));
  }

  private doAll(jobs: readonly Job[]): void {
    for (const job of jobs) {
      this.clock.begin(job.id);
      const outcome = graded(job);
      this.results.push([job.id, outcome]);
      // What goes on to computer algebra is not to wait.
      if (outcome.open || performance.now() - this.flushed > flushMs) this.flush();
    }
    this.clock.end();
    this.flush({ batchDone: true });
  }

  private flush(more: Omit<Answers, 'results'> = {}): void {
    this.flushed = performance.now();
    this.port.postMessage({ results: this.results, ...more } satisfies Answers);
    this.results = [];
  }
}

/** What the rules say. They do not throw; should they all the same, the answer is not accepted and says why. */
function graded(job: Job): JobResult {
  try {
    return job.kind === 'grade' ? gradeSolution(job.solution, job.gold, job.options) : compareAnswers(job.answer, job.gold, job.options);
  } catch (error) {
    return undecided(job.kind, 'the checker failed', messageOf(error), 0);
  }
}

if (parentPort !== null) new GradeWorker(parentPort, workerData as GradeWorkerData);
