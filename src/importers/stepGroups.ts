import { fromWire } from '../protocol/arrays.js';
import { Numbering } from './compact/numbering.js';
import { NumberTable } from './compact/numberTable.js';
import type { GroupBody } from './groups.js';

/** Counts of one group and their columns; groups are kept apart, for one may be told again. */
const countColumns = { solutions: 0, rewards: 1, flat: 2, judged: 3, right: 4, heldOut: 5 };
type Counts = typeof countColumns;
const counts = Object.keys(countColumns) as (keyof Counts)[];
/** Sums of one group and their columns. */
const sumColumns = { sum: 0, squares: 1, tokens: 2 };
type Sums = typeof sumColumns;
const sums = Object.keys(sumColumns) as (keyof Sums)[];

/** Over the groups of a step. */
const none = {
  groups: 0,
  all: 0,
  // Of groups that the step sampled, which questions of an evaluation are not:
  trained: 0,
  solutions: 0,
  rewards: 0,
  flat: 0,
  judged: 0,
  right: 0,
  sum: 0,
  squares: 0,
  tokens: 0,
  judgedGroups: 0,
  allRight: 0,
  mixed: 0,
  allWrong: 0,
};
/** `groups` and `all` are groups and solutions that there are; `trained` is how many groups the rest is about. */
export type Totals = typeof none;

/** What the groups of a step come to, in little room: an import may have millions of them. */
export class StepGroups {
  /** A group that is summed up was told again: nobody knows what it had come to before. */
  lost = false;
  /** Rows of the tables; null while groups come as 0, 1, 2, …: then they are their rows. */
  private rows: Numbering | null = null;
  private count = 0;
  private counts = new NumberTable(Uint32Array, counts.length);
  private sums = new NumberTable(Float64Array, sums.length);
  /** Groups 0, 1, 2, … that are not kept apart any more. */
  private summed: Totals = none;

  /** Groups that are kept apart. */
  get apart(): number {
    return this.count;
  }

  set(event: GroupBody): void {
    const { group } = event;
    if (group < this.summed.groups) {
      this.lost = true;
      return;
    }
    const row = this.rowOf(group - this.summed.groups);
    if (row === this.count) {
      this.counts.add();
      this.sums.add();
      this.count++;
    }
    const counted = countsOf(event);
    const summed = sumsOf(event);
    for (const name of counts) this.counts.set(row, countColumns[name], counted[name]);
    for (const name of sums) this.sums.set(row, sumColumns[name], summed[name]);
  }

  /** Keeps groups apart no longer, unless their numbers have gaps. */
  sumUp(): void {
    if (this.rows) return;
    this.summed = this.totals();
    this.count = 0;
    this.counts = new NumberTable(Uint32Array, counts.length);
    this.sums = new NumberTable(Float64Array, sums.length);
  }

  totals(): Totals {
    const totals = { ...this.summed };
    const count = (row: number, name: keyof Counts): number => this.counts.get(row, countColumns[name]);
    for (let row = 0; row < this.count; row++) {
      const solutions = count(row, 'solutions');
      totals.groups++;
      totals.all += solutions;
      // Questions of an evaluation within a training run are no part of what the step sampled.
      if (count(row, 'heldOut') === 1) continue;
      totals.trained++;
      for (const name of ['solutions', 'rewards', 'flat', 'judged', 'right'] as const) totals[name] += count(row, name);
      for (const name of sums) totals[name] += this.sums.get(row, sumColumns[name]);
      if (count(row, 'judged') === 0) continue;
      const right = count(row, 'right');
      totals.judgedGroups++;
      totals.allRight += Number(right === solutions);
      totals.mixed += Number(right > 0 && right < solutions);
      totals.allWrong += Number(right === 0);
    }
    return totals;
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

/** `split` is what importers mark groups of evaluations with that share a step with training. */
const isHeldOut = ({ info }: GroupBody): boolean => info?.split === 'evaluation' || info?.split === 'validation';

function countsOf(event: GroupBody): Counts {
  const { solutions } = event;
  const counted: Counts = { solutions: solutions.length, rewards: 0, flat: 1, judged: 0, right: 0, heldOut: Number(isHeldOut(event)) };
  const first = fromWire(solutions[0].reward);
  for (const { reward, correct } of solutions) {
    const r = fromWire(reward);
    if (Number.isFinite(r)) counted.rewards++;
    if (r !== first || !Number.isFinite(r)) counted.flat = 0;
    if (correct !== null) counted.judged++;
    if (correct === true) counted.right++;
  }
  return counted;
}

function sumsOf({ solutions }: GroupBody): Sums {
  const summed: Sums = { sum: 0, squares: 0, tokens: 0 };
  for (const { reward, tokens } of solutions) {
    const r = fromWire(reward);
    summed.tokens += tokens;
    if (!Number.isFinite(r)) continue;
    summed.sum += r;
    summed.squares += r * r;
  }
  return summed;
}
