/** Changes what a step of GRPO found before the trainer learns from it: the run is trained with it, and records it. */
import { outcomeAdvantages } from '../../../src/core/advantages.js';
import type { Exploration, Group, Solution } from '../../../src/engine/methods/method.js';
import type { Reward } from '../../../src/engine/rewardFunction.js';
import type { Task } from '../../../src/engine/tasks/task.js';

/** @param advantages of all solutions, group after group */
export function withAdvantages(found: Exploration, advantages: readonly number[]): Exploration {
  const size = found.groups[0].solutions.length;
  const groups = found.groups.map((g, q) => ({
    ...g,
    solutions: g.solutions.map((s, i) => ({ ...s, advantage: advantages[q * size + i] })),
  }));
  const lessons = found.lessons.map((lesson) =>
    lesson.model === 'policy'
      ? {
          ...lesson,
          batch: {
            ...lesson.batch,
            advantage: lesson.batch.sequences.map((s, i) => new Float32Array(s.response.length).fill(advantages[i])),
          },
        }
      : lesson,
  );
  return { ...found, groups, lessons };
}

/** Pays every solution anew, and compares it with its group as GRPO does. */
export function withRewards(found: Exploration, pay: (solution: Solution, task: Task) => Reward): Exploration {
  const groups: Group[] = found.groups.map(({ task, solutions }) => ({
    task,
    solutions: solutions.map((s) => ({ ...s, reward: pay(s, task) })),
  }));
  const advantages = groups.flatMap((g) => outcomeAdvantages(g.solutions.map((s) => s.reward.total)));
  return withAdvantages({ ...found, groups }, advantages);
}

export const rewardsOf = (found: Exploration): number[] => found.groups.flatMap((g) => g.solutions.map((s) => s.reward.total));
export const advantagesOf = (found: Exploration): number[] => found.groups.flatMap((g) => g.solutions.map((s) => s.advantage ?? 0));
