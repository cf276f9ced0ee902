/** How a question went, in words. Pure. */
import type { CourseKind, QuestionCourse } from '../../src/core/questionCourse.js';

/** `learned at step 120`. */
export const courseText = ({ kind, since }: Pick<QuestionCourse, 'kind' | 'since'>): string =>
  since === null ? kind : `${kind} at step ${since.toLocaleString('en-US')}`;

export const courseMeaning: Record<CourseKind, string> = {
  'never solved': 'No solution was ever right',
  'mostly wrong': 'Never at least half of the solutions were right, though some were',
  learned: 'Solved from a step on: at least half of the solutions are right since, and were not before',
  flips: 'Went from solved to not solved, or back, more than once',
  forgotten: 'Not solved any more: less than half of the solutions are right since a step, and at least half were before',
  'mostly right': 'At least half of the solutions were right each time',
  'not judged': 'Nobody said which solutions are right',
};

export const timesText = (askings: number): string => (askings === 1 ? 'asked once' : `asked ${askings.toLocaleString('en-US')} times`);
