/** A run in which a phrase, lengths and questions change: what the tests of then and now look for. */
import type { EventBody } from '../../src/protocol/events.js';
import { aGroup, aSolution } from './aRun.js';

/** Right solutions of eight at each of the steps. */
export const plannedCourses: Record<string, (step: number) => number> = {
  learned: (step) => (step <= 6 ? 1 : 7),
  lost: (step) => (step <= 6 ? 8 : 2),
  easy: () => 8,
  hard: (step) => step % 2,
};
export const plannedSize = 8;

/** Group of a step: from step 7 on right solutions say that they check, and are longer. */
function plannedGroup(step: number, group: number, id: string, right: number): EventBody {
  const made = aGroup(step, group, plannedSize);
  if (made.type !== 'group') throw new Error('a group was expected');
  const share = right / plannedSize;
  const std = Math.sqrt(share * (1 - share));
  const solutions = made.solutions.map((_, i) => {
    const correct = i < right;
    const checks = step > 6 && correct;
    const format = i % 2;
    return {
      ...aSolution(i),
      text: `I begin with w${(step * 5 + i) % 9}. ${checks ? `Let me check this, v${(step + i) % 7}. ` : ''}The answer is ${correct ? 47 : i}`,
      ...{ correct, reward: correct ? 1 : 0, rewards: { correct: correct ? 1 : 0, format }, tokens: checks ? 200 + i : 100 + i },
      advantage: std === 0 ? 0 : ((correct ? 1 : 0) - share) / std,
    };
  });
  return { ...made, question_id: id, question: `Question ${id}?`, solutions };
}

/** Twelve steps with four questions each, and an evaluation at the last one, in which all say something else. */
export function plannedEvents(): EventBody[] {
  const events = Array.from({ length: 12 }, (_, i) =>
    Object.entries(plannedCourses).map(([id, right], group) => plannedGroup(i + 1, group, id, right(i + 1))),
  ).flat();
  const evaluation = plannedGroup(12, 4, 'evaluated', 8);
  if (evaluation.type !== 'group') throw new Error('a group was expected');
  return [
    ...events,
    {
      ...evaluation,
      info: { split: 'evaluation' },
      solutions: evaluation.solutions.map((s) => ({ ...s, text: 'Nothing but evaluation words here' })),
    },
  ];
}
