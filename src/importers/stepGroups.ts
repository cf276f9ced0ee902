import { heldOutSplit } from '../core/heldOutSplit.js';
import { fromWire } from '../protocol/arrays.js';
import { halvesOf, Numbering } from './compact/numbering.js';
import { NumberTable } from './compact/numberTable.js';
import type { GroupBody } from './foreignGroups.js';

/** Counts of one group and their columns; groups are kept apart, for one may be told again. */
const countColumns = { solutions: 0, rewards: 1, flat: 2, judged: 3, right: 4, heldOut: 5 };
const counts = Object.keys(countColumns).length;
/** Sums of one group and their columns. */
const sumColumns = { sum: 0, squares: 1, tokens: 2 };
const sums = Object.keys(sumColumns) as (keyof typeof sumColumns)[];

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
  private counts = new NumberTable(Uint32Array, counts);
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
    const { solutions } = event;
    const first = fromWire(solutions[0].reward);
    let flat = Number.isFinite(first);
    let [rewards, judged, right, sum, squares, tokens] = [0, 0, 0, 0, 0, 0];
    for (const solution of solutions) {
      const r = fromWire(solution.reward);
      if (Number.isFinite(r)) {
        rewards++;
        sum += r;
        squares += r * r;
      }
      flat &&= r === first;
      if (solution.correct !== null) judged++;
      if (solution.correct === true) right++;
      tokens += solution.tokens;
    }
    this.counts.set(row, countColumns.solutions, solutions.length);
    this.counts.set(row, countColumns.rewards, rewards);
    this.counts.set(row, countColumns.flat, Number(flat));
    this.counts.set(row, countColumns.judged, judged);
    this.counts.set(row, countColumns.right, right);
    this.counts.set(row, countColumns.heldOut, Number(isHeldOut(event)));
    this.sums.set(row, sumColumns.sum, sum);
    this.sums.set(row, sumColumns.squares, squares);
    this.sums.set(row, sumColumns.tokens, tokens);
  }

  /** Keeps groups apart no longer, unless their numbers have gaps. */
  sumUp(): void {
    if (this.rows) return;
    this.summed = this.totals();
    this.count = 0;
    this.counts = new NumberTable(Uint32Array, counts);
    this.sums = new NumberTable(Float64Array, sums.length);
  }

  totals(): Totals {
    const totals = { ...this.summed };
    const count = (row: number, name: keyof typeof countColumns): number => this.counts.get(row, countColumns[name]);
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
      for (let known = 0; known < this.count; known++) this.rows.add(...halvesOf(known));
    }
    return this.rows.add(...halvesOf(group));
  }
}

const isHeldOut = ({ info }: GroupBody): boolean => heldOutSplit(info?.split) !== null;
