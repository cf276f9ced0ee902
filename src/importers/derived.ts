/** The curves that a step's groups give by themselves, where the trainer's files have none of that name. */
import type { EventBody, EventOf } from '../protocol/events.js';
import type { MetricName } from '../protocol/metrics.js';
import { StepGroups, type Totals } from './stepGroups.js';

type Metrics = Omit<EventOf<'metrics'>, 'v' | 'seq' | 'time'>;

/** So many groups are kept apart; then those of the steps that came first are summed up. */
const mostApart = 500_000;

/** Sees every event of an import, and gives for each step that has changed what can be counted and nobody has said. */
export class DerivedMetrics {
  private readonly steps = new Map<number, StepGroups>();
  private readonly changed = new Set<number>();
  /** Names that the trainer itself writes: never overridden. */
  private readonly trainerMetrics = new Set<string>();
  /** Groups that are kept apart, and their steps in the order in which these came. */
  private apart = 0;
  private readonly open = new Set<number>();

  /** @param most groups that are kept apart */
  constructor(private readonly most = mostApart) {}

  see(event: EventBody): void {
    if (event.type === 'metrics') for (const name of Object.keys(event.values)) this.trainerMetrics.add(name);
    else if (event.type === 'resume') this.forget(event.from_step);
    else if (event.type === 'group') {
      const step = this.steps.get(event.step) ?? new StepGroups();
      this.steps.set(event.step, step);
      const before = step.apart;
      step.set(event);
      this.apart += step.apart - before;
      this.open.add(event.step);
      this.changed.add(event.step);
      if (this.apart > this.most) this.sumUp(event.step);
    }
  }

  /** For the steps whose groups have changed since, in order. */
  take(): Metrics[] {
    const steps = [...this.changed].sort((a, b) => a - b);
    this.changed.clear();
    return steps.flatMap((step) => {
      const own = this.steps.get(step)!;
      const all = own.lost ? [] : Object.entries(measures(own.totals()));
      const values = Object.fromEntries(all.filter(([name, value]) => value !== null && !this.trainerMetrics.has(name))) as Record<
        string,
        number
      >;
      return Object.keys(values).length === 0 ? [] : [{ type: 'metrics', step, values }];
    });
  }

  /** Groups and solutions that stand: of a group told twice the later telling, of steps taken back nothing. */
  get standing(): { groups: number; solutions: number } {
    const all = [...this.steps.values()].map((step) => step.totals());
    return { groups: all.reduce((sum, { groups }) => sum + groups, 0), solutions: all.reduce((sum, one) => sum + one.all, 0) };
  }

  /** @param current the step that is being told */
  private sumUp(current: number): void {
    for (const step of this.open) {
      if (step === current) continue;
      this.open.delete(step);
      const own = this.steps.get(step)!;
      this.apart -= own.apart;
      own.sumUp();
      this.apart += own.apart;
      if (this.apart <= this.most) return;
    }
  }

  private forget(fromStep: number): void {
    for (const step of this.steps.keys())
      if (step > fromStep) {
        this.apart -= this.steps.get(step)!.apart;
        this.steps.delete(step);
        this.open.delete(step);
        this.changed.delete(step);
      }
  }
}

/** By the definitions of protocol/metrics.ts. Null: cannot be known. */
function measures(all: Totals): Partial<Record<MetricName, number | null>> {
  const mean = all.sum / all.rewards;
  const rewarded = (value: number): number | null => (all.rewards === 0 ? null : value);
  const judged = (value: number): number | null => (all.judgedGroups === 0 ? null : value);
  return {
    'reward/mean': rewarded(mean),
    'reward/std': rewarded(Math.sqrt(Math.max(0, all.squares / all.rewards - mean * mean))),
    'groups/zero_std': rewarded(all.flat / all.trained),
    'accuracy/train': judged(all.right / all.judged),
    'groups/all_right': judged(all.allRight),
    'groups/mixed': judged(all.mixed),
    'groups/all_wrong': judged(all.allWrong),
    // A format that tells no lengths gives 0 for each.
    'length/mean': all.tokens === 0 ? null : all.tokens / all.solutions,
  };
}
