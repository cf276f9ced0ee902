/** The curves that a step's groups give by themselves, where the trainer's files have none of that name. */
import { fromWire } from '../protocol/arrays.js';
import type { EventBody, EventOf } from '../protocol/events.js';
import type { MetricName } from '../protocol/metrics.js';
import type { GroupBody } from './groups.js';

type Metrics = Omit<EventOf<'metrics'>, 'v' | 'seq' | 'time'>;

/** Sums over one group; groups are kept apart, for one may be told again. */
interface Sums {
  rewards: number;
  sum: number;
  squares: number;
  flat: boolean;
  judged: number;
  right: number;
  solutions: number;
  tokens: number;
}

/** Sees every event of an import, and gives for each step that has changed what can be counted and nobody has said. */
export class DerivedMetrics {
  private readonly steps = new Map<number, Map<number, Sums>>();
  private readonly changed = new Set<number>();
  /** Names that the trainer itself writes: never overridden. */
  private readonly given = new Set<string>();

  see(event: EventBody): void {
    if (event.type === 'metrics') for (const name of Object.keys(event.values)) this.given.add(name);
    else if (event.type === 'resume') this.forget(event.from_step);
    else if (event.type === 'group') {
      const groups = this.steps.get(event.step) ?? new Map<number, Sums>();
      this.steps.set(event.step, groups);
      // Questions of an evaluation within a training run are no part of what the step sampled.
      if (isHeldOut(event)) groups.delete(event.group);
      else groups.set(event.group, sumsOf(event));
      this.changed.add(event.step);
    }
  }

  /** For the steps whose groups have changed since, in order. */
  take(): Metrics[] {
    const steps = [...this.changed].sort((a, b) => a - b);
    this.changed.clear();
    return steps.flatMap((step) => {
      const all = Object.entries(measures([...this.steps.get(step)!.values()]));
      const values = Object.fromEntries(all.filter(([name, value]) => value !== null && !this.given.has(name))) as Record<string, number>;
      return Object.keys(values).length === 0 ? [] : [{ type: 'metrics', step, values }];
    });
  }

  private forget(fromStep: number): void {
    for (const step of this.steps.keys())
      if (step > fromStep) {
        this.steps.delete(step);
        this.changed.delete(step);
      }
  }
}

/** `split` is what importers mark groups of evaluations with that share a step with training. */
const isHeldOut = ({ info }: GroupBody): boolean => info?.split === 'evaluation' || info?.split === 'validation';

function sumsOf({ solutions }: GroupBody): Sums {
  const sums: Sums = { rewards: 0, sum: 0, squares: 0, flat: true, judged: 0, right: 0, solutions: solutions.length, tokens: 0 };
  const first = fromWire(solutions[0].reward);
  for (const { reward, correct, tokens } of solutions) {
    const r = fromWire(reward);
    if (Number.isFinite(r)) {
      sums.rewards++;
      sums.sum += r;
      sums.squares += r * r;
    }
    sums.flat &&= r === first && Number.isFinite(r);
    if (correct !== null) sums.judged++;
    if (correct === true) sums.right++;
    sums.tokens += tokens;
  }
  return sums;
}

/** By the definitions of protocol/metrics.ts. Null: cannot be known. */
function measures(groups: readonly Sums[]): Partial<Record<MetricName, number | null>> {
  const total = (key: Exclude<keyof Sums, 'flat'>): number => groups.reduce((sum, group) => sum + group[key], 0);
  const n = total('rewards');
  const mean = total('sum') / n;
  const judged = groups.filter((group) => group.judged > 0);
  const count = (holds: (group: Sums) => boolean): number | null => (judged.length === 0 ? null : judged.filter(holds).length);
  const tokens = total('tokens');
  return {
    'reward/mean': n === 0 ? null : mean,
    'reward/std': n === 0 ? null : Math.sqrt(Math.max(0, total('squares') / n - mean * mean)),
    'groups/zero_std': n === 0 ? null : groups.filter((group) => group.flat).length / groups.length,
    'accuracy/train': judged.length === 0 ? null : total('right') / total('judged'),
    'groups/all_right': count((group) => group.right === group.solutions),
    'groups/mixed': count((group) => group.right > 0 && group.right < group.solutions),
    'groups/all_wrong': count((group) => group.right === 0),
    // A format that tells no lengths gives 0 for each.
    'length/mean': tokens === 0 ? null : tokens / total('solutions'),
  };
}
