import type { EventBody } from '../../protocol/events.js';

/** What stands after the events seen so far: of a group told twice the later telling, of steps taken back nothing. */
export class Tally {
  /** Solutions of each group of each step. */
  private readonly steps = new Map<number, Map<number, number>>();
  /** Last step. */
  step = 0;
  /** Whether anything but logs was told. */
  hasContent = false;

  see(event: EventBody): void {
    if (event.type === 'resume') {
      for (const step of this.steps.keys()) if (step > event.from_step) this.steps.delete(step);
      this.step = Math.max(0, Math.min(this.step, event.from_step));
    }
    if (event.type !== 'group' && event.type !== 'metrics' && event.type !== 'benchmark') return;
    this.hasContent = true;
    this.step = Math.max(this.step, event.step);
    if (event.type !== 'group') return;
    const groups = this.steps.get(event.step) ?? new Map<number, number>();
    this.steps.set(event.step, groups);
    groups.set(event.group, event.solutions.length);
  }

  get groups(): number {
    return [...this.steps.values()].reduce((sum, groups) => sum + groups.size, 0);
  }

  get solutions(): number {
    return [...this.steps.values()].flatMap((groups) => [...groups.values()]).reduce((sum, n) => sum + n, 0);
  }
}
