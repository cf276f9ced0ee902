/** Why a solution got its reward and its verdict, in words and parts. Pure. */
import type { Grade } from '../../src/protocol/events.js';
import type { SolutionDetail } from '../../src/store/views.js';

export interface RewardPart {
  term: string;
  /** Raw value, before its weight. */
  value: number | null;
  /** Null when the run does not say. */
  weight: number | null;
}

export interface RewardSum {
  parts: RewardPart[];
  /** The recorded total is not the weighted sum of the recorded terms (a tenth of a per cent is left to rounding). */
  disagrees: boolean;
}

export function rewardSum({ reward, rewards, weights }: Pick<SolutionDetail, 'reward' | 'rewards' | 'weights'>): RewardSum {
  const parts = Object.entries(rewards).map(([term, value]) => ({
    term,
    value,
    weight: Object.hasOwn(weights, term) ? weights[term] : null,
  }));
  const known = parts.every((p) => p.value !== null && p.weight !== null);
  const sum = parts.reduce((total, p) => total + (p.value ?? 0) * (p.weight ?? 0), 0);
  const disagrees = known && parts.length > 0 && reward !== null && Math.abs(sum - reward) > 1e-3 * Math.max(1, Math.abs(reward));
  return { parts, disagrees };
}

/** The grading line: a verdict, and the reasons for it. */
export interface GradeLine {
  verdict: 'right' | 'wrong' | 'undecided';
  sentence: string;
}

/** @returns undefined when nobody graded the solution */
export function gradeLine(grade: Grade | null, gold: string | null, correct: boolean | null): GradeLine | undefined {
  if (!grade) {
    if (correct === null) return undefined;
    return { verdict: correct ? 'right' : 'wrong', sentence: 'counted by the trainer, which recorded no reason' };
  }
  const target = gold ?? 'the gold answer, which is not recorded';
  const found =
    grade.answer === null ? 'no answer found' : `found “${brief(grade.answer)}”${grade.extraction ? ` by “${grade.extraction}”` : ''}`;
  if (grade.answer === null && grade.verdict !== 'equal') {
    return {
      verdict: grade.verdict === 'different' ? 'wrong' : 'undecided',
      sentence: `${found}${grade.reason || grade.rule ? ` (${brief(grade.reason ?? grade.rule)})` : ''}; gold is ${target}`,
    };
  }
  const relation = {
    equal: `equal to ${target} by ${grade.rule}`,
    different: `different from ${target} by ${grade.rule}`,
    undecided: `neither shown equal to nor different from ${target}: ${brief(grade.reason ?? grade.rule)}`,
  }[grade.verdict];
  return {
    verdict: { equal: 'right', different: 'wrong', undecided: 'undecided' }[grade.verdict] as GradeLine['verdict'],
    sentence: `${found}, ${relation}`,
  };
}

const brief = (answer: string): string => (answer.length > 120 ? `${answer.slice(0, 120)}…` : answer);

export const finishWords = { stop: 'stopped', length: 'cut at the token limit', other: 'ended otherwise' } as const;
