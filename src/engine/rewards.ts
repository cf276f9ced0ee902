import type { Experiment } from '../experiment/schema.js';
import type { Grade } from '../grading/grade.js';

export type RewardSettings = Experiment['reward'];
type Term = RewardSettings[number]['term'];

/** Raw value of each reward term, before weights. Later terms may look at the text and its length too. */
const terms: Record<Term, (grade: Grade) => number> = {
  correct: (grade) => (grade.verdict === 'equal' ? 1 : 0),
  format: (grade) => (grade.extraction === 'The answer is' ? 1 : 0),
};

export interface Reward {
  /** Raw value by term. */
  terms: Record<string, number>;
  /** Σ weight · term. */
  total: number;
}

export function rewardOf(settings: RewardSettings, grade: Grade): Reward {
  const values = Object.fromEntries(settings.map(({ term }) => [term, terms[term](grade)]));
  return { terms: values, total: settings.reduce((sum, { term, weight }) => sum + weight * values[term], 0) };
}
