import type { Experiment } from '../experiment/schema.js';

type ScheduleSettings = Pick<Experiment['optimiser'], 'learning_rate' | 'warmup_steps' | 'schedule'>;

/**
 * Learning rate of a step: linear warm-up from peak/warmup, then constant, or down to 0 at the end along a line or a half cosine.
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
  }
}
