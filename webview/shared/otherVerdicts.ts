import type { OtherGrade } from '../../src/store/views.js';

/** The verdicts of one checker on a group's solutions, and those of them that make a difference to what counts as right. */
export interface OtherVerdicts {
  name: string;
  checker: string;
  solutions: number;
  otherwise: number[];
}

/** @param counted whether each solution of the group counted as right, by index; null when nobody judged it */
export function otherVerdicts(grades: readonly OtherGrade[], counted: readonly (boolean | null)[]): OtherVerdicts[] {
  const by = new Map<string, OtherVerdicts>();
  for (const { name, solution, grade } of grades) {
    let judged = by.get(name);
    if (judged === undefined) by.set(name, (judged = { name, checker: grade.checker, solutions: 0, otherwise: [] }));
    judged.solutions++;
    const was = counted[solution] ?? null;
    if (was !== null && was !== (grade.verdict === 'equal')) judged.otherwise.push(solution);
  }
  return [...by.values()];
}
