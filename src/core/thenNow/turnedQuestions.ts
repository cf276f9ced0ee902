/** Questions that were solved then and are not now, or the other way round. Pure. */
import { differenceInterval, wilsonInterval, type MeanInterval } from '../estimators.js';
import type { Pair } from './stepRange.js';

/** A question in one of the ranges: over all its groups there. */
export interface QuestionSums {
  groups: number;
  /** Solutions that were judged, and the right ones among them. */
  judged: number;
  right: number;
}

/**
 * Solved is where at least half of the solutions are right, over all groups of a range (as in questionCourse.ts). Only then, only now: it stands in one range. Not judged: in both, but not
 * judged in both.
 */
export const turns = ['wrong to right', 'right to wrong', 'right in both', 'wrong in both', 'not judged', 'only then', 'only now'] as const;
export type Turning = (typeof turns)[number];

export interface TurnedQuestion {
  questionId: string;
  sums: Pair<QuestionSums>;
  /** Share of right solutions now less that of then, with its 95 % interval, solutions taken as independent. */
  change: MeanInterval;
}

export const isSolved = ({ judged, right }: QuestionSums): boolean => 2 * right >= judged;

export function turning([then, now]: Pair<QuestionSums>): Turning {
  if (now.groups === 0) return 'only then';
  if (then.groups === 0) return 'only now';
  if (then.judged === 0 || now.judged === 0) return 'not judged';
  if (isSolved(then)) return isSolved(now) ? 'right in both' : 'right to wrong';
  return isSolved(now) ? 'wrong to right' : 'wrong in both';
}

const share = ({ judged, right }: QuestionSums): MeanInterval => ({ mean: right / judged, ...wilsonInterval(right, judged) });

/** The larger change first; of the same ones, that of which more is certain. */
const byChange = (a: TurnedQuestion, b: TurnedQuestion): number =>
  Math.abs(b.change.mean) - Math.abs(a.change.mean) ||
  a.change.high - a.change.low - (b.change.high - b.change.low) ||
  (a.questionId < b.questionId ? -1 : 1);

/** Takes questions one after another, however many they are: counts them, and keeps those that turned most. */
export class TurnedQuestions {
  readonly counts = new Map<Turning, number>(turns.map((kind) => [kind, 0]));
  private readonly kept = new Map<Turning, TurnedQuestion[]>();

  /** @param most rows of each direction */
  constructor(private readonly most: number) {}

  add(questionId: string, sums: Pair<QuestionSums>): void {
    const kind = turning(sums);
    this.counts.set(kind, this.counts.get(kind)! + 1);
    if (kind !== 'wrong to right' && kind !== 'right to wrong') return;
    const rows = this.kept.get(kind) ?? [];
    rows.push({ questionId, sums, change: differenceInterval(share(sums[0]), share(sums[1])) });
    this.kept.set(kind, rows.length >= 2 * this.most + 1000 ? rows.sort(byChange).slice(0, this.most) : rows);
  }

  rows(kind: 'wrong to right' | 'right to wrong'): TurnedQuestion[] {
    return (this.kept.get(kind) ?? []).sort(byChange).slice(0, this.most);
  }
}
