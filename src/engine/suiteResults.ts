/** What the graded solutions of a benchmark come to. */
import { bootstrapInterval, majorityAtK, passAtK, wilsonInterval, type AnswerClass, type Interval } from '../core/estimators.js';
import { allEqual, mean, share } from '../core/stats.js';
import type { GradeResult } from '../grading/grade.js';
import { checker } from '../grading/grade.js';
import { majorityVote } from '../grading/majorityVote.js';
import { isRight } from './samples.js';

/** One number that a suite gives. */
export interface SuiteResult extends Interval {
  /** `greedy`, `maj@8`, `pass@8`. */
  mode: string;
  /** Fraction correct. */
  value: number;
  /** Questions. */
  n: number;
  checker: string;
  samples?: number;
  temperature: number;
  shots?: number;
}

/** A solution, as far as it is counted. */
export interface Graded {
  grade: Pick<GradeResult, 'verdict' | 'answer'>;
}

/** Resamples of the questions behind each interval of Maj@K and Pass@K. */
const resamples = 2000;

/** Accuracy of the greedy solution (temperature 0), with Wilson's interval. @param solutions one of each question */
export function greedyResult(solutions: readonly Graded[], shots = 0): SuiteResult {
  const n = solutions.length;
  const value = share(solutions, isRight);
  return { mode: 'greedy', value, ...wilsonInterval(Math.round(value * n), n), temperature: 0, ...fixed(n, shots) };
}

/**
 * Maj@k by equivalence classes of answers, and unbiased Pass@k, for k = 1, 2, 4, … K, with bootstrap intervals over the questions.
 * @param groups K solutions of each question
 */
export function sampledResults(groups: readonly (readonly Graded[])[], temperature: number, shots = 0): SuiteResult[] {
  const [n, samples] = [groups.length, groups[0]?.length ?? 0];
  const classes = groups.map(answerClasses);
  return powersUpTo(samples).flatMap((k) => {
    const perQuestion = {
      maj: classes.map((c) => majorityAtK(c, k)),
      pass: groups.map((solutions) => passAtK(samples, solutions.filter(isRight).length, k)),
    };
    return Object.entries(perQuestion).map(([mode, values]): SuiteResult => {
      // Questions that all came out alike say nothing to a bootstrap, as if nothing else were possible.
      const { low, high } = allEqual(values) ? wilsonInterval(Math.round(values[0] * n), n) : bootstrapInterval(values, k, resamples);
      return { mode: `${mode}@${k}`, value: mean(values), low, high, samples, temperature, ...fixed(n, shots) };
    });
  });
}

const fixed = (n: number, shots: number) => ({ n, checker, ...(shots > 0 && { shots }) });

/** The answers of a question's solutions, those that mean the same together. */
function answerClasses(solutions: readonly Graded[]): AnswerClass[] {
  const vote = majorityVote(solutions.map((s) => s.grade.answer));
  const rightAmong = (members: readonly number[]) => members.some((i) => isRight(solutions[i]));
  return [
    ...vote.classes.map(({ members }) => ({ n: members.length, right: rightAmong(members) })),
    // What cannot even be compared with itself agrees with nothing.
    ...vote.undecided.map((i) => ({ n: 1, right: isRight(solutions[i]) })),
    ...(vote.none.length > 0 ? [{ n: vote.none.length, right: false, abstains: true }] : []),
  ];
}

/** 1, 2, 4, …, and K itself. */
function powersUpTo(k: number): number[] {
  const powers = [];
  for (let p = 1; p < k; p *= 2) powers.push(p);
  return [...powers, k];
}
