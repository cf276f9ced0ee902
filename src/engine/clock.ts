/** What a step's time goes into. */
export type Phase = 'sample' | 'grade' | 'train' | 'evaluate' | 'record';

/** Seconds of a step, in all and by phase. */
export class Clock {
  private readonly phases = new Map<Phase, number>();
  private started = performance.now();

  /** Counts the time of `work` to its phase. */
  async time<T>(phase: Phase, work: () => T | Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await work();
    } finally {
      this.phases.set(phase, (this.phases.get(phase) ?? 0) + (performance.now() - from) / 1000);
    }
  }

  /** Seconds by metric name since the last lap; begins the next one. */
  lap(): Record<`seconds/${Phase | 'step'}`, number> {
    const now = performance.now();
    const of = (phase: Phase) => this.phases.get(phase) ?? 0;
    const seconds = {
      'seconds/sample': of('sample'),
      'seconds/grade': of('grade'),
      'seconds/train': of('train'),
      'seconds/evaluate': of('evaluate'),
      'seconds/record': of('record'),
      'seconds/step': (now - this.started) / 1000,
    };
    this.phases.clear();
    this.started = now;
    return seconds;
  }
}
