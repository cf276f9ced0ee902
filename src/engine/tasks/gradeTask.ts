import { gradeSolution, type GradeResult } from '../../grading/grade.js';
import type { Task } from './task.js';

/** Whether a solution is right, read as the task's convention has it. A sum left standing answers no number: repeating the question must not pay. */
export const gradeTask = (solution: string, { answer, convention }: Pick<Task, 'answer' | 'convention'>): GradeResult =>
  gradeSolution(solution, answer, { evaluated: true, ...(convention && { convention }) });
