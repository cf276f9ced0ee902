/** What other checkers said, as grades: the verdict is theirs, nothing is judged here. */
import type { Grade } from '../../protocol/events.js';
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

/** Share of right solutions, mean over questions; null until every solution has been judged. */
export class Accuracy {
  private readonly groups = new Map<number, readonly (boolean | null)[]>();

  set(group: number, right: readonly (boolean | null)[]): void {
    this.groups.set(group, right);
  }

  clear(): void {
    this.groups.clear();
  }

  /** @returns the mean, the questions, and the most solutions a question has */
  get(): { value: number; n: number; k: number } | null {
    const all = [...this.groups.values()];
    if (all.length === 0 || all.some((right) => right.includes(null))) return null;
    const means = all.map((right) => right.filter(Boolean).length / right.length);
    return {
      value: means.reduce((a, b) => a + b, 0) / all.length,
      n: all.length,
      k: all.reduce((most, { length }) => Math.max(most, length), 0),
    };
  }
}
