import type { GeneratedData } from '../../../experiment/data.js';
import type { Random } from '../../random.js';
import { drawTask, type Split } from '../../tasks/taskQuestions.js';
import type { Task } from '../../tasks/task.js';

const kinds = ['arithmetic', 'word-problems', 'math'] as const satisfies GeneratedData['generator'][];
const levels = [1, 2, 3, 4, 5];

const pages: ((tasks: readonly Task[]) => string)[] = [
  (tasks) => tasks.map((t) => `${t.question}\n${t.solution}`).join('\n'),
  (tasks) => tasks.map((t) => `Question: ${t.question}\nAnswer: ${t.solution}`).join('\n\n'),
  (tasks) => tasks.map((t, i) => `Problem ${i + 1}. ${t.question}\nSolution. ${t.solution}`).join('\n\n'),
];

/**
 * One to three questions of the task generators with their worked solutions, as a page of exercises: what stands for the mathematical
 * web. The questions are all of one split, which is the same that later stages give them: their held-out questions are not read here.
 */
export function mathWeb(random: Random, split: Split, heldOutFraction: number): string {
  const data = { levels, held_out_fraction: heldOutFraction, direct_fraction: 0 };
  const tasks = Array.from({ length: random.integer(1, 3) }, () => drawTask({ ...data, generator: random.pick(kinds) }, split, random));
  return random.pick(pages)(tasks);
}
