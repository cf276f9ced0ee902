/** Preference pairs: of two solutions of one group, which answered the same question, one is chosen and the other rejected. */
import type { ExportedSolution } from '../store/views.js';

export const pairRules = ['best-worst', 'right-wrong'] as const;
export type PairRule = (typeof pairRules)[number];

/** What each rule does, for those who choose one. */
export const pairRuleText: Record<PairRule, string> = {
  'best-worst':
    'of each group the highest reward against the lowest, one pair; the first sampled where several have it, none where all rewards are equal',
  'right-wrong': 'of each group the right solutions against the wrong ones in the order sampled, each in one pair at most',
};

export interface Pair {
  chosen: ExportedSolution;
  rejected: ExportedSolution;
}

export interface GroupPairs {
  pairs: Pair[];
  /** Solutions of which the rule's reward or verdict is unknown. */
  unknown: number;
  /** Pairs left out because their texts are the same. */
  same: number;
}

/** @param solutions those of a group that were asked for, in any order */
export function pairsOf(solutions: readonly ExportedSolution[], rule: PairRule): GroupPairs {
  const inOrder = solutions.toSorted((a, b) => a.index - b.index);
  const { made, unknown } = rule === 'best-worst' ? bestAndWorst(inOrder) : rightAndWrong(inOrder);
  const pairs = made.filter(({ chosen, rejected }) => chosen.text !== rejected.text);
  return { pairs, unknown, same: made.length - pairs.length };
}

function bestAndWorst(solutions: readonly ExportedSolution[]): { made: Pair[]; unknown: number } {
  const known = solutions.filter((s) => s.reward !== null);
  const unknown = solutions.length - known.length;
  // The first of equals stays.
  const [best, worst] = [
    known.reduce<ExportedSolution | undefined>((a, b) => (a === undefined || b.reward! > a.reward! ? b : a), undefined),
    known.reduce<ExportedSolution | undefined>((a, b) => (a === undefined || b.reward! < a.reward! ? b : a), undefined),
  ];
  const apart = best !== undefined && worst !== undefined && best.reward! > worst.reward!;
  return { made: apart ? [{ chosen: best, rejected: worst }] : [], unknown };
}

function rightAndWrong(solutions: readonly ExportedSolution[]): { made: Pair[]; unknown: number } {
  const [right, wrong] = [true, false].map((verdict) => solutions.filter((s) => s.correct === verdict));
  const made = right.slice(0, wrong.length).map((chosen, i) => ({ chosen, rejected: wrong[i] }));
  return { made, unknown: solutions.length - right.length - wrong.length };
}
