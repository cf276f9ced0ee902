import type { RewardTerm } from '../../experiment/rewardTerms.js';
import type { Convention } from '../../grading/extract/extraction.js';
import type { GradeResult } from '../../grading/grade.js';
import type { Grader } from '../../grading/grader.js';
import { rewardFunction, type Reward } from '../rewardFunction.js';

export interface ToJudge {
  /** A solution. */
  text: string;
  /** Its length in tokens. */
  length: number;
  /** What a reward model says of it. */
  model: number | null;
  gold: string | null;
  /** Where its answer is looked for first. */
  convention?: Convention | undefined;
  /** Answers of other solutions. */
  others: readonly string[];
  terms: readonly RewardTerm[];
  /** sampling.max_tokens. */
  longest: number;
}

export interface Judgement {
  grade: GradeResult;
  /** The first of the others with an equal answer. */
  like: number | null;
  reward: Reward | null;
}

/** As in training: a sum left standing does not answer a question that asks for its value. */
const options = { evaluated: true };

/** Grades a solution, rewards it as training would, and finds those that answer the same. */
export async function judge(
  { text, length, model, gold, convention, others, terms, longest }: ToJudge,
  grader: Grader,
): Promise<Judgement> {
  const grade = await grader.grade(text, gold ?? '', { ...options, ...(convention && { convention }) });
  // The probability of a model that was not asked is unknown: the reward is then that of the other terms.
  const known = terms.filter((t) => model !== null || t.term !== 'reward_model');
  const reward = gold === null ? null : rewardFunction(known, longest)({ text, length, grade, ...(model !== null && { model }) });
  return { grade, like: grade.answer === null ? null : await likeOf(grade.answer, others, grader), reward };
}

async function likeOf(answer: string, others: readonly string[], grader: Grader): Promise<number | null> {
  const same = others.indexOf(answer);
  if (same >= 0) return same;
  const compared = await Promise.all(others.map((other) => grader.compare(answer, other, options)));
  const like = compared.findIndex((c) => c.verdict === 'equal');
  return like < 0 ? null : like;
}
