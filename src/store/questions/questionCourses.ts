import { z } from 'zod';
import type { ListPage } from '../../core/listPages.js';
import { questionCourse, type JudgedAsking } from '../../core/questionCourse.js';
import { questionPreview } from '../../core/questionPreview.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { finite } from '../groupFacts.js';
import { listPage, pageArgument, question, runId, usualRows } from '../question.js';
import type { AskingPlace, AskingRow, QuestionRow } from '../views.js';

/** Answers of an asking that are listed. */
const mostAnswers = 8;
/** Characters of an answer in a row, and of a question among which what a row shows is looked for. */
const [answerLength, questionLength] = [200, 8000];
/** Shares of right solutions in a row draw no other curve where they are more. */
const mostShares = 32;

const ofRun = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';

/** The first and the last are among them. */
function sharesOf(judged: readonly JudgedAsking[]): number[] {
  const shares = judged.flatMap(({ right, size }) => (size > 0 ? [right / size] : []));
  if (shares.length <= mostShares) return shares;
  return Array.from({ length: mostShares }, (_, i) => shares[Math.round((i * (shares.length - 1)) / (mostShares - 1))]);
}

interface GroupRow {
  id: number;
  step: number;
  grp: number;
  size: number;
  correct: number | null;
  reward_mean: number | null;
  reward_std: number | null;
  length_mean: number;
  kl_mean: number | null;
}

export const questionCourseQuestions = {
  /** Every question of a run with how it went, by its id. */
  questionCourses: question(z.tuple([runId, pageArgument(z.string()).optional()]), ({ db }) => {
    const ids = db
      .prepare<[{ run: string; after: string | null; limit: number }], string>(
        `SELECT DISTINCT question_id FROM groups WHERE run = ${ofRun} AND (@after IS NULL OR question_id > @after) ORDER BY question_id LIMIT @limit`,
      )
      .pluck();
    const askings = db.prepare<[{ run: string; id: string }], { step: number; grp: number; correct: number | null; size: number }>(
      `SELECT step, grp, correct, size FROM groups WHERE run = ${ofRun} AND question_id = @id ORDER BY step, grp`,
    );
    const text = db.prepare<[{ run: string; id: string }], { question: string; gold: string | null }>(
      `SELECT substr(question, 1, ${questionLength}) AS question, substr(gold, 1, ${answerLength}) AS gold
       FROM groups WHERE run = ${ofRun} AND question_id = @id ORDER BY step DESC, grp DESC LIMIT 1`,
    );
    return (run, { after, limit = usualRows } = {}): ListPage<QuestionRow, string> =>
      listPage(
        ids.all({ run, after: after ?? null, limit: limit + 1 }),
        limit,
        (id) => {
          const all = askings.all({ run, id });
          const judged = all.flatMap(({ step, correct, size }) => (correct === null ? [] : [{ step, right: correct, size }]));
          const [first, last] = [all[0], all[all.length - 1]];
          const { question: whole, gold } = text.get({ run, id })!;
          return {
            ...{ questionId: id, question: questionPreview(whole).text, gold, askings: all.length, shares: sharesOf(judged) },
            ...{ from: first.step, to: last.step, group: last.grp },
            ...questionCourse(judged),
          };
        },
        (id) => id,
      );
  }),

  /** One question, each time that it was asked, in the order of steps. */
  questionAskings: question(
    z.tuple([runId, z.string().max(10_000), pageArgument(z.strictObject({ step: count, group: count })).optional()]),
    ({ db }) => {
      const groups = db.prepare<[{ run: string; id: string; limit: number } & AskingPlace], GroupRow>(
        `SELECT id, step, grp, size, correct, reward_mean, reward_std, length_mean, kl_mean FROM groups
         WHERE run = ${ofRun} AND question_id = @id AND (step, grp) > (@step, @group) ORDER BY step, grp LIMIT @limit`,
      );
      const answers = db.prepare<[number, number], { answer: string | null; count: number; correct: number | null }>(
        `SELECT substr(answer, 1, ${answerLength}) AS answer, count(*) AS count, max(correct) AS correct FROM solutions
         WHERE id >= ? AND id < ? GROUP BY answer ORDER BY count DESC, min(id)`,
      );
      const first = { step: 0, group: -1 };
      return (run, id, { after = first, limit = usualRows } = {}): ListPage<AskingRow, AskingPlace> =>
        listPage(
          groups.iterate({ run, id, ...after, limit: limit + 1 }),
          limit,
          (g) => {
            const given = answers.all(g.id * maxGroupSize, (g.id + 1) * maxGroupSize);
            return {
              ...{ step: g.step, group: g.grp, size: g.size, correct: g.correct, lengthMean: g.length_mean },
              ...{ rewardMean: finite(g.reward_mean), rewardStd: finite(g.reward_std), klMean: finite(g.kl_mean) },
              answers: given
                .slice(0, mostAnswers)
                .map(({ answer, count: n, correct }) => ({ answer, count: n, correct: correct === null ? null : correct === 1 })),
              distinctAnswers: given.filter(({ answer }) => answer !== null).length,
            };
          },
          ({ step, grp }) => ({ step, group: grp }),
        );
    },
  ),
};
