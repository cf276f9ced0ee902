/** What the run has on record: resumed, it asks no question again that was answered. */
import { RunReader } from '../../protocol/runReader.js';
import type { WireSolution } from '../../protocol/events.js';

const pieceBytes = 4 * 1024 * 1024;

/** What is counted of a solution; texts stay on the disk. */
export type CountedSolution = Pick<WireSolution, 'tokens' | 'finish'> & {
  grade: { verdict: 'equal' | 'different' | 'undecided'; answer: string | null };
};

/** A question that was answered. */
export interface AnsweredQuestion {
  questionId: string;
  solutions: CountedSolution[];
}

export const counted = ({ tokens, finish, grade }: WireSolution): CountedSolution => ({
  tokens,
  finish,
  grade: { verdict: grade?.verdict ?? 'undecided', answer: grade?.answer ?? null },
});

/**
 * @returns by step, the answered questions by the number of their group
 * @throws the file system's error
 */
export function recordedGroups(runDir: string): Map<number, Map<number, AnsweredQuestion>> {
  const steps = new Map<number, Map<number, AnsweredQuestion>>();
  const reader = new RunReader(runDir);
  for (let more = true; more;) {
    const chunk = reader.next(pieceBytes);
    for (const { event } of chunk.events) {
      if (event.type !== 'group') continue;
      const groups = steps.get(event.step) ?? new Map<number, AnsweredQuestion>();
      groups.set(event.group, { questionId: event.question_id, solutions: event.solutions.map(counted) });
      steps.set(event.step, groups);
    }
    more = chunk.more;
  }
  return steps;
}
