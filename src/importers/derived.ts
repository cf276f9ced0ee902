/** The curves that a step's groups give by themselves, where the trainer's files have none of that name. */
import { Numbering } from './compact/numbering.js';
import { NumberTable } from './compact/numberTable.js';
import { fromWire } from '../protocol/arrays.js';
import type { EventBody, EventOf } from '../protocol/events.js';
import type { MetricName } from '../protocol/metrics.js';
import type { GroupBody } from './groups.js';

type Metrics = Omit<EventOf<'metrics'>, 'v' | 'seq' | 'time'>;

/** Counts of one group; groups are kept apart, for one may be told again. */
const counts = ['solutions', 'rewards', 'flat', 'judged', 'right', 'heldOut'] as const;
type Counts = Record<(typeof counts)[number], number>;
const sums = ['sum', 'squares', 'tokens'] as const;
type Sums = Record<(typeof sums)[number], number>;

/** What the groups of a step come to, in little room: an import may have millions of them. */
class Step {
  /** Rows of the tables; null while groups come as 0, 1, 2, …: then they are their rows. */
  private rows: Numbering | null = null;
  private count = 0;
  private readonly counts = new NumberTable(Uint32Array, counts.length);
  private readonly sums = new NumberTable(Float64Array, sums.length);

  /** Groups that were told. */
  get size(): number {
    return this.count;
  }

  set(group: number, { counted, summed }: { counted: Counts; summed: Sums }): void {
    const row = this.rowOf(group);
    if (row === this.count) {
      this.counts.add();
      this.sums.add();
      this.count++;
    }
    for (let i = 0; i < counts.length; i++) this.counts.set(row, i, counted[counts[i]]);
    for (let i = 0; i < sums.length; i++) this.sums.set(row, i, summed[sums[i]]);
  }

  /** @param index below `size`, in whatever order */
  counted(index: number, name: keyof Counts): number {
    return this.counts.get(index, counts.indexOf(name));
  }

  summed(index: number, name: keyof Sums): number {
    return this.sums.get(index, sums.indexOf(name));
  }

  private rowOf(group: number): number {
    if (!this.rows) {
      if (group <= this.count) return group;
      this.rows = new Numbering();
      for (let known = 0; known < this.count; known++) this.rows.add(known, 0);
    }
    return this.rows.add(group, Math.floor(group / 2 ** 32));
  }
}

/** Sees every event of an import, and gives for each step that has changed what can be counted and nobody has said. */
export class DerivedMetrics {
  private readonly steps = new Map<number, Step>();
  private readonly changed = new Set<number>();
  /** Names that the trainer itself writes: never overridden. */
  private readonly given = new Set<string>();

  see(event: EventBody): void {
    if (event.type === 'metrics') for (const name of Object.keys(event.values)) this.given.add(name);
    else if (event.type === 'resume') this.forget(event.from_step);
    else if (event.type === 'group') {
      const step = this.steps.get(event.step) ?? new Step();
      this.steps.set(event.step, step);
      step.set(event.group, measured(event));
      this.changed.add(event.step);
    }
  }

  /** For the steps whose groups have changed since, in order. */
  take(): Metrics[] {
    const steps = [...this.changed].sort((a, b) => a - b);
    this.changed.clear();
    return steps.flatMap((step) => {
      const all = Object.entries(measures(this.steps.get(step)!));
      const values = Object.fromEntries(all.filter(([name, value]) => value !== null && !this.given.has(name))) as Record<string, number>;
      return Object.keys(values).length === 0 ? [] : [{ type: 'metrics', step, values }];
    });
  }

  /** Groups and solutions that stand: of a group told twice the later telling, of steps taken back nothing. */
  get standing(): { groups: number; solutions: number } {
    const standing = { groups: 0, solutions: 0 };
    for (const step of this.steps.values()) {
      standing.groups += step.size;
      for (let i = 0; i < step.size; i++) standing.solutions += step.counted(i, 'solutions');
    }
    return standing;
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

function measured(event: GroupBody): { counted: Counts; summed: Sums } {
  const { solutions } = event;
  const counted: Counts = { solutions: solutions.length, rewards: 0, flat: 1, judged: 0, right: 0, heldOut: Number(isHeldOut(event)) };
  const summed: Sums = { sum: 0, squares: 0, tokens: 0 };
  const first = fromWire(solutions[0].reward);
  for (const { reward, correct, tokens } of solutions) {
    const r = fromWire(reward);
    if (Number.isFinite(r)) {
      counted.rewards++;
      summed.sum += r;
      summed.squares += r * r;
    }
    if (r !== first || !Number.isFinite(r)) counted.flat = 0;
    if (correct !== null) counted.judged++;
    if (correct === true) counted.right++;
    summed.tokens += tokens;
  }
  return { counted, summed };
}

/** By the definitions of protocol/metrics.ts. Null: cannot be known. */
function measures(step: Step): Partial<Record<MetricName, number | null>> {
  const all = { groups: 0, solutions: 0, rewards: 0, flat: 0, judged: 0, right: 0, sum: 0, squares: 0, tokens: 0 };
  const judged = { groups: 0, right: 0, mixed: 0, wrong: 0 };
  for (let i = 0; i < step.size; i++) {
    // Questions of an evaluation within a training run are no part of what the step sampled.
    if (step.counted(i, 'heldOut') === 1) continue;
    all.groups++;
    for (const name of ['solutions', 'rewards', 'flat', 'judged', 'right'] as const) all[name] += step.counted(i, name);
    for (const name of sums) all[name] += step.summed(i, name);
    if (step.counted(i, 'judged') === 0) continue;
    const right = step.counted(i, 'right');
    const solutions = step.counted(i, 'solutions');
    judged.groups++;
    judged.right += Number(right === solutions);
    judged.mixed += Number(right > 0 && right < solutions);
    judged.wrong += Number(right === 0);
  }
  const mean = all.sum / all.rewards;
  const rewarded = (value: number): number | null => (all.rewards === 0 ? null : value);
  const known = (value: number): number | null => (judged.groups === 0 ? null : value);
  return {
    'reward/mean': rewarded(mean),
    'reward/std': rewarded(Math.sqrt(Math.max(0, all.squares / all.rewards - mean * mean))),
    'groups/zero_std': rewarded(all.flat / all.groups),
    'accuracy/train': known(all.right / all.judged),
    'groups/all_right': known(judged.right),
    'groups/mixed': known(judged.mixed),
    'groups/all_wrong': known(judged.wrong),
    // A format that tells no lengths gives 0 for each.
    'length/mean': all.tokens === 0 ? null : all.tokens / all.solutions,
  };
}
