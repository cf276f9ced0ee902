import { softOverlongPunishment } from '../core/overlong.js';
import { repetitionShare } from '../core/repetition.js';
import { overlongLimits, type RewardTerm } from '../experiment/rewardTerms.js';
import type { GradeResult } from '../grading/grade.js';
import { correctReward } from '../grading/rewards/correct.js';
import { formatReward } from '../grading/rewards/formatReward.js';
import { compilePattern } from '../grading/rewards/pattern.js';

/** What a reward looks at. */
export interface RewardInput {
  text: string;
  /** Length in tokens. */
  length: number;
  grade: Pick<GradeResult, 'verdict' | 'extraction'>;
  /** What the reward model says: the probability of being right. For rewards with such a term. */
  model?: number;
}

export interface Reward {
  /** Raw value by term. */
  terms: Record<string, number>;
  /** Σ weight · term. */
  total: number;
}

/**
 * The reward of an experiment, as a function of one solution.
 * @param longest sampling.max_tokens
 * @throws when a pattern is no regular expression; the check of an experiment has said so before
 */
export function rewardFunction(settings: readonly RewardTerm[], longest: number): (solution: RewardInput) => Reward {
  const terms = settings.map((term) => ({ ...term, value: valueOf(term, longest) }));
  return (solution) => {
    const values = terms.map(({ term, weight, value }) => ({ term, weight, value: value(solution) }));
    return {
      terms: Object.fromEntries(values.map(({ term, value }) => [term, value])),
      total: values.reduce((sum, { weight, value }) => sum + weight * value, 0),
    };
  };
}

/** Raw value of a reward term, before its weight. */
function valueOf(term: RewardTerm, longest: number): (solution: RewardInput) => number {
  switch (term.term) {
    case 'correct':
      return ({ grade }) => correctReward(grade);
    case 'format':
      return ({ grade }) => formatReward(grade, term.marker);
    case 'length_penalty': {
      const { maxTokens, cacheTokens } = overlongLimits(term, longest);
      return ({ length }) => softOverlongPunishment(length, maxTokens, cacheTokens);
    }
    case 'repetition':
      // 0 − 0 is 0, where −0 would be written as such.
      return ({ text }) => 0 - repetitionShare(text, term.ngram);
    case 'reward_model':
      return ({ model }) => {
        if (model === undefined) throw new Error('The reward has a reward_model term, but no reward model was asked.');
        return model;
      };
    case 'math_verify':
      throw new Error('The reward asks Math-Verify, which is Python’s: only the python backend can call it.');
    case 'function':
      throw new Error(`The reward's function ${term.function} is Python's: only the python backend can call it.`);
    case 'regex': {
      const compiled = compilePattern(term.pattern);
      if ('problem' in compiled) throw new Error(`The reward's pattern "${term.pattern}" is no regular expression: ${compiled.problem}.`);
      return ({ text }) => (compiled.matches(text) ? 1 : 0);
    }
  }
}
