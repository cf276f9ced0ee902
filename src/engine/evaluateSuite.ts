import { isRight, type GradedGroup } from './samples.js';
import { bootstrapInterval, majorityAtK, passAtK, wilsonInterval, type AnswerClass, type Interval } from '../core/estimators.js';
import { allEqual, mean, share } from '../core/stats.js';
import { checker } from '../grading/grade.js';
import { majorityVote } from '../grading/majorityVote.js';
import { writeSolutions, type Sampler } from './sampling.js';
import { answerLength } from './tasks/fewShot.js';
import type { Task } from './tasks/task.js';

/** A benchmark with its questions. */
export interface Suite {
  name: string;
  /** Evaluate every this many steps. */
  every: number;
  tasks: Task[];
  /** K: solutions sampled per question for Maj@K and Pass@K; with 1 there is greedy decoding alone. */
  samples: number;
  temperature: number;
  /** Worked examples before each question. */
  shots: number;
  /** What the policy continues. */
  prompt: (task: Task) => number[];
}

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

export interface SuiteEvaluation {
  results: SuiteResult[];
  /** What was written: K samples of each question, or the greedy solution alone. */
  groups: GradedGroup[];
}

/** Resamples of the questions behind each interval of Maj@K and Pass@K. */
const resamples = 2000;

/**
 * Greedy accuracy (temperature 0), with Wilson's interval; and where K > 1 solutions are sampled, Maj@k by equivalence classes of
 * answers and unbiased Pass@k for k = 1, 2, 4, … K, with bootstrap intervals over the questions.
 * @param e its random numbers are the evaluation's alone, so that it shifts no other draw
 */
export async function evaluateSuite(e: Sampler, suite: Suite): Promise<SuiteEvaluation> {
  const { tasks, samples, temperature, shots, prompt } = suite;
  const n = tasks.length;
  const fixed = { n, checker, ...(shots > 0 && { shots }) };
  const promptOptions = { prompt, ...(shots > 0 && { answerLength }) };
  const greedy = await writeSolutions(e, tasks, { size: 1, temperature: 0, ...promptOptions });
  const right = share(greedy, (g) => isRight(g.solutions[0]));
  const results: SuiteResult[] = [{ mode: 'greedy', value: right, ...wilsonInterval(Math.round(right * n), n), temperature: 0, ...fixed }];
  if (samples === 1) return { results, groups: greedy };

  const groups = await writeSolutions(e, tasks, { size: samples, temperature, ...promptOptions });
  await e.phase('grade', () => {
    const classes = groups.map(answerClasses);
    for (const k of powersUpTo(samples)) {
      const perQuestion = {
        maj: classes.map((c) => majorityAtK(c, k)),
        pass: groups.map((g) => passAtK(samples, g.solutions.filter(isRight).length, k)),
      };
      for (const [mode, values] of Object.entries(perQuestion)) {
        // Questions that all came out alike say nothing to a bootstrap, as if nothing else were possible.
        const { low, high } = allEqual(values) ? wilsonInterval(Math.round(values[0] * n), n) : bootstrapInterval(values, k, resamples);
        results.push({ mode: `${mode}@${k}`, value: mean(values), low, high, samples, temperature, ...fixed });
      }
    }
  });
  return { results, groups };
}

/** The answers of a question's solutions, those that mean the same together. */
function answerClasses({ solutions }: GradedGroup): AnswerClass[] {
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
