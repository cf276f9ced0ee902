import type { EventBody } from '../protocol/events.js';

/** Counts the steps and curves of the events that it has seen. */
export class Tally {
  /** The last step that was not superseded. */
  step = 0;
  /** Steps with content that was not superseded. */
  readonly steps = new Set<number>();
  /** Names of the metrics. */
  readonly curves = new Set<string>();
  /** Whether there was anything but logs. */
  hasContent = false;

  see(event: EventBody): void {
    if (event.type === 'resume') {
      this.step = Math.max(0, Math.min(this.step, event.from_step));
      for (const step of this.steps) if (step > event.from_step) this.steps.delete(step);
    }
    if (event.type !== 'group' && event.type !== 'metrics' && event.type !== 'benchmark') return;
    this.hasContent = true;
    this.steps.add(event.step);
    if (event.type === 'metrics') for (const name of Object.keys(event.values)) this.curves.add(name);
    this.step = Math.max(this.step, event.step);
  }
}
