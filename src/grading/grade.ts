import { parseAnswer } from './answer.js';
import { extractAnswer } from './extract/extractAnswer.js';
import { equalRationals, isInteger } from './number.js';

/** Name and version of this checker; it stands with every accuracy. Raise the version with any change of verdicts. */
export const checker = 'grpo-lab 1';

/** Why a solution counted as right or wrong: the `grade` of the protocol's solutions. */
export interface Grade {
  /** undecided: not both sides are numbers this checker can compare. Only `equal` counts as correct. */
  verdict: 'equal' | 'different' | 'undecided';
  answer: string | null;
  /** [start, end) of the answer in the solution's text, UTF-16 code units. */
  span: [number, number] | null;
  extraction: string | null;
  rule: string;
  checker: string;
}

/**
 * Compares a solution's final answer with the gold answer, exactly. Never throws; time is linear in the text's length.
 * @param solution untrusted model output
 * @param gold e.g. `47`, `3/4`, `1,234.5`
 */
export function gradeSolution(solution: string, gold: string): Grade {
  const found = extractAnswer(solution);
  if (!found) return { verdict: 'different', answer: null, span: null, extraction: null, rule: 'no answer found', checker };
  return { ...compareAnswers(found.answer, gold), answer: found.answer, span: found.span, extraction: found.rule, checker };
}

/** Verdict on two answer phrases, and by which rule it was reached. */
export function compareAnswers(answer: string, gold: string): Pick<Grade, 'verdict' | 'rule'> {
  const a = parseAnswer(answer);
  const b = parseAnswer(gold);
  if (!a || !b) return { verdict: 'undecided', rule: a ? 'the gold answer is not a plain number' : 'not a plain number' };
  const rule = isInteger(a) && isInteger(b) ? 'exact integers' : 'exact rationals';
  return { verdict: equalRationals(a, b) ? 'equal' : 'different', rule };
}
