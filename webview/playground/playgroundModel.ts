/** What the playground shows of a group whose rewards a person may change. Pure. */
import type { SolutionSummary } from '../../src/store/views.js';
import { advantagesBy, type Estimator } from '../shared/group/why.js';
import type { PlayedSolution } from '../../src/contracts/playground.js';

/** Rewards that a person has set, by the solution's index. */
export type ByHand = Readonly<Record<number, number>>;

/** A person's reward, or the graded one; null where there is neither (yet). */
export const rewardOf = (s: PlayedSolution, index: number, byHand: ByHand): number | null => byHand[index] ?? s.reward;

/**
 * The group as the group page shows one. Advantages are taken against the mean of the solutions that have a reward so far;
 * the others have none.
 */
export function summaries(solutions: readonly PlayedSolution[], byHand: ByHand, estimator: Estimator): SolutionSummary[] {
  const rewards = solutions.map((s, i) => rewardOf(s, i, byHand));
  const known = rewards.flatMap((r, i) => (r === null ? [] : [i]));
  const advantages = advantagesBy[estimator](known.map((i) => rewards[i]!));
  return solutions.map((s, index) => {
    const at = known.indexOf(index);
    return {
      ...{ index, reward: rewards[index], rewards: s.terms, advantage: at < 0 ? null : advantages[at] },
      ...{ correct: s.verdict === null ? null : s.verdict === 'equal', answer: s.answer, finish: s.finish ?? 'other' },
      ...{ tokens: s.tokens ?? 0, kl: null, preview: s.text.slice(0, 400), hasTrace: false, turnCounts: null, error: null },
    };
  });
}

/** Solutions with equal answers; `first` is the first of them, null stands for those without an answer. */
export interface AnswerClass {
  first: number | null;
  answer: string | null;
  count: number;
  correct: boolean | null;
}

/** Distinct answers of the solutions that have ended, most frequent first; of equally frequent ones the first seen. */
export function answerClasses(solutions: readonly PlayedSolution[]): AnswerClass[] {
  const classes = new Map<number | null, AnswerClass>();
  for (const s of solutions) {
    if (s.state !== 'finished') continue;
    const known = classes.get(s.like);
    if (known) known.count++;
    else classes.set(s.like, { first: s.like, answer: s.answer, count: 1, correct: s.verdict === null ? null : s.verdict === 'equal' });
  }
  return [...classes.values()].sort((a, b) => b.count - a.count);
}

/** A reward turned from right to wrong or back: to 0 when it is above a half, else to 1. */
export const toggled = (reward: number | null): number => (reward !== null && reward > 0.5 ? 0 : 1);

/** `byHand` with one more reward of a person's, or one fewer where it is the graded one. */
export function withReward(byHand: ByHand, index: number, reward: number | null, graded: number | null): ByHand {
  const others = Object.fromEntries(Object.entries(byHand).filter(([i]) => Number(i) !== index));
  return reward === null || reward === graded ? others : { ...others, [index]: reward };
}

/** The text with what was written after its first `at` characters: told twice, it is the same. */
export const grown = (text: string, at: number, more: string): string => (at > text.length ? text : text.slice(0, at) + more);
