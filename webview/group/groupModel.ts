/** What the group page lists and how many. Pure. */
import { failures, type Failure } from '../../src/core/failures.js';
import type { GroupDetail, SolutionSummary } from '../../src/store/views.js';

export const filters = ['all', 'right', 'wrong', ...failures] as const;
export type Filter = (typeof filters)[number];

const passes: Record<Filter, (s: SolutionSummary) => boolean> = {
  all: () => true,
  right: (s) => s.correct === true,
  wrong: (s) => s.correct === false,
  errors: (s) => s.error !== null,
  'tool-failures': (s) => (s.turnCounts?.failed ?? 0) > 0,
  truncated: (s) => s.finish === 'length',
  'wrong-paid': (s) => s.correct === false && s.reward !== null && s.reward > 0,
};

export const filtered = (solutions: readonly SolutionSummary[], filter: Filter): SolutionSummary[] => solutions.filter(passes[filter]);

/** The failure that a filter narrows to, if it is one. */
export const failureOf = (filter: Filter): Failure | null => failures.find((f) => f === filter) ?? null;

/**
 * Solutions of the group that pass a filter, as the store counted the whole group.
 * @returns null where none is known to, and of some (or all) it is not known
 */
export function countOf({ size, correct, solutions, failures }: GroupDetail, filter: Filter): number | null {
  if (filter === 'all') return size;
  if (filter === 'right') return correct;
  // Of those that have been read: a group may be judged in part.
  if (filter === 'wrong') return correct === null ? null : filtered(solutions, filter).length;
  return failures[filter];
}

/**
 * The most frequent answers for the headline, right ones however rare they are, and how many solutions gave another one.
 * @param answers those that are known of @param size solutions of the group
 */
export function headlineAnswers(
  answers: GroupDetail['answers'],
  most: number,
  size: number,
): { shown: GroupDetail['answers']; others: number } {
  const shown = answers.length <= most + 1 ? answers : answers.filter((a, i) => i < most || a.correct === true);
  return { shown, others: size - shown.reduce((sum, a) => sum + a.count, 0) };
}
