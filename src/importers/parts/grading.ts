/** What other checkers said, as grades: the verdict is theirs, nothing is judged here. */
import type { Grade } from '../../protocol/events.js';
import { NumberTable } from '../compact/numberTable.js';
import { number } from '../files/json.js';

/** 1 or true is right, 0 or false is wrong; anything else says neither. */
export function rightOf(value: unknown): boolean | null {
  const n = number(value);
  return n === 1 ? true : n === 0 ? false : null;
}

/** @param rule the metric or scorer that said so */
export function foreignGrade(right: boolean | null, checker: string, rule: string, answer: string | null): Grade | null {
  if (right === null) return null;
  return { verdict: right ? 'equal' : 'different', answer, span: null, extraction: null, rule, checker };
}

/** Columns of a group: how many solutions it has, how many are right, how many have not been judged. */
const [SOLUTIONS, RIGHT, OPEN] = [0, 1, 2];

/** Share of right solutions, mean over questions; null until every solution has been judged. */
export class Accuracy {
  private groups = new NumberTable(Uint32Array, 3);
  /** Rows of the table. */
  private size = 0;

  /** @param group its index in the file, of which it has as many groups */
  set(group: number, right: readonly (boolean | null)[]): void {
    while (this.size <= group) this.size = this.groups.add() + 1;
    this.groups.set(group, SOLUTIONS, right.length);
    this.groups.set(group, RIGHT, right.filter((one) => one === true).length);
    this.groups.set(group, OPEN, right.filter((one) => one === null).length);
  }

  clear(): void {
    this.groups = new NumberTable(Uint32Array, 3);
    this.size = 0;
  }

  /** @returns the mean, the questions, and the most solutions a question has */
  get(): { value: number; n: number; k: number } | null {
    let sum = 0;
    let n = 0;
    let k = 0;
    for (let group = 0; group < this.size; group++) {
      if (this.groups.get(group, OPEN) > 0) return null;
      const solutions = this.groups.get(group, SOLUTIONS);
      if (solutions === 0) continue;
      sum += this.groups.get(group, RIGHT) / solutions;
      n++;
      k = Math.max(k, solutions);
    }
    return n === 0 ? null : { value: sum / n, n, k };
  }
}
