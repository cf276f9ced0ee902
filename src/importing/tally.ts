import type { EventBody } from '../protocol/events.js';

/** How far the events seen so far go. */
export class Tally {
  /** Last step that stands. */
  step = 0;
  /** Steps of which something stands. */
  readonly steps = new Set<number>();
  /** Names of metrics that were told. */
  readonly curves = new Set<string>();
  /** Whether anything but logs was told. */
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
