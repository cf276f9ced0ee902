import type { EventBody } from '../../protocol/events.js';

/** How far the events seen so far go. */
export class Tally {
  /** Last step that stands. */
  step = 0;
  /** Whether anything but logs was told. */
  hasContent = false;

  see(event: EventBody): void {
    if (event.type === 'resume') this.step = Math.max(0, Math.min(this.step, event.from_step));
    if (event.type !== 'group' && event.type !== 'metrics' && event.type !== 'benchmark') return;
    this.hasContent = true;
    this.step = Math.max(this.step, event.step);
  }
}
