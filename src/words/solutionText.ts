/** Why a solution got its reward and its verdict, in words and parts: what its page and the command line say alike. */
import type { Grade } from '../protocol/events.js';
import type { SolutionDetail } from '../store/views.js';
import { lengthText } from '../core/format.js';
import { abridged } from '../core/questionPreview.js';

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
  const { verdict, answer } = grade;
  const sentence = answer !== null && gold !== null && gold.trim() !== '' ? relation(grade, gold) : alone(grade, gold);
  return { verdict: named[verdict], sentence };
}

const named = { equal: 'right', different: 'wrong', undecided: 'undecided' } as const;
const counts = { equal: 'counted as right', different: 'counted as wrong', undecided: 'undecided' };
const by = (rule: string): string => (rule === '' ? '' : ` by ${rule}`);

const extractionText = ({ answer, extraction }: Grade): string =>
  answer === null ? 'no answer found' : `found “${brief(answer)}”${extraction ? ` by “${extraction}”` : ''}`;

function relation(grade: Grade, gold: string): string {
  const { verdict, rule, reason } = grade;
  const target = brief(gold);
  if (verdict !== 'undecided')
    return `${extractionText(grade)}, ${verdict === 'equal' ? 'equal to' : 'different from'} ${target}${by(rule)}`;
  const why = reason ?? rule;
  return `${extractionText(grade)}, neither shown equal to nor different from ${target}${why === '' ? '' : `: ${brief(why)}`}`;
}

/** Without an answer or without a gold answer nothing was compared: what it counts as, why, and what there is of the gold answer. */
function alone(grade: Grade, gold: string | null): string {
  const { verdict, answer, rule, reason } = grade;
  const why = reason ?? rule;
  const counted = answer === null && verdict !== 'equal' ? (why === '' ? '' : ` (${brief(why)})`) : `; ${counts[verdict]}${by(rule)}`;
  const end = gold === null ? 'no gold answer is recorded' : gold.trim() === '' ? 'the gold answer is empty' : `gold is ${brief(gold)}`;
  return `${extractionText(grade)}${counted}; ${end}`;
}

const brief = (answer: string): string => abridged(answer, 120);

export const finishWords = { stop: 'stopped', length: 'cut at the token limit', other: 'end not recorded' } as const;

/** `61 tokens, stopped`; what is not recorded is said in words. */
export function endText({ tokens, finish }: Pick<SolutionDetail, 'tokens' | 'finish'>): string {
  if (tokens === 0 && finish === 'other') return 'length and end not recorded';
  return `${lengthText(tokens)}, ${finishWords[finish]}`;
}
