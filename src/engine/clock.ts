/** What a step's time goes into. */
export type Phase = 'sample' | 'grade' | 'train' | 'evaluate' | 'record' | 'checkpoint';

/** What a phase is called in the run's status and as a span. */
export const phaseNames: Record<Phase, string> = {
  sample: 'sampling',
  grade: 'grading',
  train: 'training',
  evaluate: 'evaluating',
  record: 'recording',
  checkpoint: 'checkpoint',
};

/** From when to when something took place. */
export interface Interval {
  start: Date;
  end: Date;
}

/** Never goes back within a process, as the system's clock may. */
const now = (): Date => new Date(performance.timeOrigin + performance.now());

/** Seconds of a step, in all and by phase. */
export class Clock {
  private readonly phases = new Map<Phase, number>();
  private started = performance.now();

  /** Counts the time of `work` to its phase. @returns also from when to when it went */
  async time<T>(phase: Phase, work: () => T | Promise<T>): Promise<{ result: T } & Interval> {
    const from = performance.now();
    const start = now();
    const result = await work();
    this.phases.set(phase, (this.phases.get(phase) ?? 0) + (performance.now() - from) / 1000);
    return { result, start, end: now() };
  }

  /** Seconds by metric name since the last lap; begins the next one. */
  lap(): Record<`seconds/${Exclude<Phase, 'checkpoint'> | 'step'}`, number> {
    const now = performance.now();
    const of = (phase: Phase) => this.phases.get(phase) ?? 0;
    const seconds = {
      'seconds/sample': of('sample'),
      'seconds/grade': of('grade'),
      'seconds/train': of('train'),
      'seconds/evaluate': of('evaluate'),
      'seconds/record': of('record') + of('checkpoint'),
      'seconds/step': (now - this.started) / 1000,
    };
    this.phases.clear();
    this.started = now;
    return seconds;
  }
}
