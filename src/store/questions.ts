/**
 * Every question that the store answers. A question is declared in `questions/` and listed here: what the threads answer, what
 * clients may ask, and the types of both follow from this table.
 */
import type { z } from 'zod';
import type { Connection } from './question.js';
import { benchmarkQuestions } from './questions/benchmarks.js';
import { constantQuestions } from './questions/constants.js';
import { findingQuestions } from './questions/finding.js';
import { examinationQuestions } from './questions/examination.js';
import { exportingQuestions } from './questions/exporting.js';
import { groupQuestions } from './questions/groups.js';
import { labelQuestions } from './questions/labels.js';
import { ledgerQuestions } from './questions/ledger.js';
import { opinionQuestions } from './questions/opinions.js';
import { modeQuestions } from './questions/modes.js';
import { nearDuplicateQuestions } from './questions/nearDuplicates.js';
import { questionCourseQuestions } from './questions/questionCourses.js';
import { recordQuestions } from './questions/records.js';
import { regradeQuestions } from './questions/regrades.js';
import { resourceQuestions } from './questions/resources.js';
import { rewardQuestions } from './questions/rewards.js';
import { runQuestions } from './questions/runs.js';
import { seriesQuestions } from './questions/series.js';
import { solutionQuestions } from './questions/solutions.js';
import { stepQuestions } from './questions/steps.js';
import { thenNowQuestions } from './questions/thenNow.js';
import { timelineQuestions } from './questions/timeline.js';
import { trendQuestions } from './questions/trends.js';
import { worstTokenQuestions } from './questions/worstTokens.js';

const questions = {
  ...runQuestions,
  ...stepQuestions,
  ...seriesQuestions,
  ...constantQuestions,
  ...rewardQuestions,
  ...trendQuestions,
  ...groupQuestions,
  ...examinationQuestions,
  ...solutionQuestions,
  ...findingQuestions,
  ...exportingQuestions,
  ...regradeQuestions,
  ...labelQuestions,
  ...ledgerQuestions,
  ...modeQuestions,
  ...nearDuplicateQuestions,
  ...questionCourseQuestions,
  ...opinionQuestions,
  ...recordQuestions,
  ...benchmarkQuestions,
  ...thenNowQuestions,
  ...timelineQuestions,
  ...resourceQuestions,
  ...worstTokenQuestions,
};
type Questions = typeof questions;
export type QuestionName = keyof Questions;

/** The questions, answered in this thread. */
export type StoreQueries = { [N in QuestionName]: ReturnType<Questions[N]['prepare']> };

/** The questions, as those ask them who stand in another thread. */
export type StoreClientQueries = {
  [N in QuestionName]: (...args: Parameters<StoreQueries[N]>) => Promise<ReturnType<StoreQueries[N]>>;
};

type Answer = (...args: unknown[]) => unknown;
const table = questions as unknown as Record<string, { arguments: z.ZodType<unknown[]>; prepare: (connection: Connection) => Answer }>;

/** Answers from one connection; statements are prepared when they are first needed. */
export function answers(connection: Connection): StoreQueries {
  const prepared = new Map<string, Answer>();
  const answer = (name: string, args: unknown[]): unknown => {
    let found = prepared.get(name);
    if (found === undefined) prepared.set(name, (found = table[name].prepare(connection)));
    return found(...args);
  };
  const all = Object.keys(table).map((name) => [name, (...args: unknown[]) => answer(name, args)]);
  return Object.fromEntries(all) as StoreQueries;
}

/** @throws when there is no such question, or it cannot be asked with these arguments */
export function checked(name: string, args: unknown[]): [name: QuestionName, args: unknown[]] {
  if (!Object.hasOwn(table, name)) throw new Error(`The store knows no question "${name}".`);
  return [name as QuestionName, table[name].arguments.parse(args)];
}

export const questionNames = Object.keys(questions) as QuestionName[];
