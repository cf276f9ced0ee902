import { compareAnswers, type GradeResult } from './grade.js';

/** Answers that mean the same. */
export interface AnswerVotes {
  /** As the first of them wrote it. */
  answer: string;
  /** Indices into the answers that voted, ascending. */
  members: number[];
}

export interface Vote {
  /** The largest first; of equally large ones the one seen first. */
  classes: AnswerVotes[];
  /** Indices of answers the checker cannot even compare with themselves: they vote for nothing. */
  undecided: number[];
  /** Indices of solutions without an answer. */
  none: number[];
  /** The time was up: texts that came later vote with the same text only. */
  limited: boolean;
}

type Compare = (answer: string, other: string) => Pick<GradeResult, 'verdict'>;

/**
 * Majority vote over equivalence classes of answers, not over strings: `0.5`, `1/2` and `\frac{1}{2}` vote together. Answers
 * that cannot be decided to be equal vote apart. Compares each distinct text with the first of every class: O(n · classes),
 * and not after `limitMs`, so that answers made to cost time cannot hold it up for longer than one comparison more.
 * @param answers one per solution; null or undefined where none was found
 * @param compare the checker; every class is an equivalence class when it is transitive (a tolerance for decimals need not be:
 * then membership is equality with the first of the class)
 * Source: self-consistency, Wang et al. 2022 (arXiv:2203.11171); "Maj@K" of DeepSeekMath.
 */
export function majorityVote(answers: readonly (string | null | undefined)[], compare: Compare = compareAnswers, limitMs = 1_000): Vote {
  const vote: Vote = { classes: [], undecided: [], none: [], limited: false };
  const start = performance.now();
  const seen = new Map<string, number[]>();
  for (const [i, answer] of answers.entries()) {
    const key = (answer ?? '').replace(/\s+/g, ' ').trim();
    if (answer === null || answer === undefined || key === '') {
      vote.none.push(i);
      continue;
    }
    const known = seen.get(key) ?? membersFor(answer, vote, compare, () => performance.now() - start >= limitMs);
    seen.set(key, known);
    known.push(i);
  }
  // Array.sort is stable: of classes of one size the first seen stays first.
  vote.classes.sort((a, b) => b.members.length - a.members.length);
  return vote;
}

function membersFor(answer: string, vote: Vote, compare: Compare, timeIsUp: () => boolean): number[] {
  for (const c of vote.classes) {
    if ((vote.limited ||= timeIsUp())) break;
    if (compare(answer, c.answer).verdict === 'equal') return c.members;
  }
  if (!vote.limited && compare(answer, answer).verdict !== 'equal') return vote.undecided;
  const members: number[] = [];
  vote.classes.push({ answer, members });
  return members;
}
