import type { Experiment } from '../experiment/schema.js';

type ScheduleSettings = Pick<Experiment['optimiser'], 'learning_rate' | 'warmup_steps' | 'schedule'>;

/**
 * Learning rate of a step: linear warm-up from peak/warmup, then constant, down to 0 at the end along a line or a half cosine, or
 * in steps: the peak for the first 80 % of training, then 31.6 % (√0.1) of it, and 10 % for the last tenth.
 * Source of the steps: DeepSeekMath, section 2.2; DeepSeek LLM (arXiv 2401.02954), section 2.3.
 * @param step 1 … steps
 */
export function learningRate(o: ScheduleSettings, step: number, steps: number): number {
  if (step <= o.warmup_steps) return (o.learning_rate * step) / o.warmup_steps;
  const progress = (step - 1 - o.warmup_steps) / Math.max(1, steps - o.warmup_steps);
  switch (o.schedule) {
    case 'constant':
      return o.learning_rate;
    case 'linear':
      return o.learning_rate * (1 - progress);
    case 'cosine':
      return o.learning_rate * 0.5 * (1 + Math.cos(Math.PI * progress));
    case 'stepped': {
      // Of the whole training, warm-up included; whole numbers, so that no rounding moves a boundary.
      const done = 10 * (step - 1);
      return o.learning_rate * (done >= 9 * steps ? 0.1 : done >= 8 * steps ? 0.316 : 1);
    }
  }
}
