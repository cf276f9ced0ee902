/** How a question went over training, from how many of its solutions were right each time it was asked. Pure. */

/** One asking of a question that was judged. */
export interface JudgedAsking {
  step: number;
  right: number;
  size: number;
}

export const courseKinds = ['never solved', 'mostly wrong', 'learned', 'flips', 'forgotten', 'mostly right', 'not judged'] as const;
export type CourseKind = (typeof courseKinds)[number];

export interface QuestionCourse {
  kind: CourseKind;
  /** Of a question that was learned or forgotten: the first step from which on it was otherwise. */
  since: number | null;
  /** How often it went from mostly right to mostly wrong or back. */
  turns: number;
  /** Share of right solutions at the first and at the last asking that was judged. */
  first: number | null;
  last: number | null;
}

/**
 * A question counts as solved at an asking where at least half of its solutions are right. Never solved: no solution was ever right; learned,
 * forgotten: it changed once, to the better or to the worse; flips: it changed more often; mostly right, mostly wrong: it never changed.
 * @param askings in the order of steps
 */
export function questionCourse(askings: readonly JudgedAsking[]): QuestionCourse {
  const judged = askings.filter((a) => a.size > 0);
  const [first, last] = [judged.at(0), judged.at(-1)];
  if (first === undefined || last === undefined) return { kind: 'not judged', since: null, turns: 0, first: null, last: null };
  const isSolved = ({ right, size }: JudgedAsking): boolean => 2 * right >= size;
  const changes = judged.filter((a, i) => i > 0 && isSolved(a) !== isSolved(judged[i - 1]));
  const shares = { turns: changes.length, first: first.right / first.size, last: last.right / last.size };
  if (judged.every((a) => a.right === 0)) return { kind: 'never solved', since: null, ...shares };
  if (changes.length === 0) return { kind: isSolved(first) ? 'mostly right' : 'mostly wrong', since: null, ...shares };
  if (changes.length > 1) return { kind: 'flips', since: null, ...shares };
  return { kind: isSolved(last) ? 'learned' : 'forgotten', since: changes[0].step, ...shares };
}
