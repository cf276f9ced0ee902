import { z } from 'zod';
import { heldOutSplit } from '../../core/heldOutSplit.js';
import { cut } from '../../core/questionPreview.js';
import { maxGroupSize, type WireNumber } from '../../protocol/events.js';
import { count } from '../../protocol/count.js';
import { AskedQuestions } from '../askedQuestions.js';
import { finite, storable } from '../groupFacts.js';
import { perConnection, question, rowLimit, runId } from '../question.js';
import type { Asking, GroupDetail, GroupSummary, SolutionSummary } from '../views.js';

export interface GroupRow {
  id: number;
  run: number;
  name: string;
  method: string;
  supervision: string | null;
  step: number;
  grp: number;
  size: number;
  correct: number | null;
  reward_mean: number | null;
  reward_std: number | null;
  zero_std: number;
  advantages: Buffer;
  length_mean: number;
  truncated: number;
  kl_mean: number | null;
  question_id: string;
  question: string;
  gold: string | null;
  info: string | null;
}
export interface SolutionRow {
  id: number;
  reward: number | null;
  advantage: number | null;
  correct: number | null;
  answer: string | null;
  finish: 'stop' | 'length' | 'other';
  tokens: number;
  kl: number | null;
  rewards: string;
  text: string;
  grade: string | null;
}

const solutionPreview = 400;

/** Whether the rows of a group are an evaluation's, as its `info` says. */
const splitOf = (info: string | null): GroupSummary['split'] =>
  info === null ? null : heldOutSplit((JSON.parse(info) as GroupDetail['info']).split);

function groupSummary(run: string, row: GroupRow, asked: GroupSummary['asked']): GroupSummary {
  const advantages = Array.from({ length: row.advantages.length / 8 }, (_, i) => finite(row.advantages.readDoubleLE(8 * i)));
  return {
    address: { run, step: row.step, group: row.grp },
    group: row.grp,
    questionId: row.question_id,
    split: splitOf(row.info),
    asked,
    gold: row.gold,
    size: row.size,
    correct: row.correct,
    rewardMean: row.reward_mean,
    rewardStd: row.reward_std,
    advantages,
    lengthMean: row.length_mean,
    truncated: row.truncated,
    klMean: row.kl_mean,
    zeroStd: row.zero_std === 1,
  };
}

/** What is read of the other solutions of a group. */
export type OtherRow = Pick<SolutionRow, 'id' | 'reward' | 'advantage' | 'correct' | 'tokens'>;

/** A solution without its text. */
export type SolutionFacts = Omit<SolutionSummary, 'preview'>;

export function solutionFacts(row: SolutionRow, hasTrace: boolean): SolutionFacts {
  const rewards = JSON.parse(row.rewards) as Record<string, WireNumber>;
  return {
    index: row.id % maxGroupSize,
    reward: finite(row.reward),
    rewards: Object.fromEntries(Object.entries(rewards).map(([term, value]) => [term, finite(storable(value))])),
    advantage: finite(row.advantage),
    correct: row.correct === null ? null : row.correct === 1,
    answer: row.answer,
    finish: row.finish,
    tokens: row.tokens,
    kl: finite(row.kl),
    hasTrace,
  };
}

/** Distinct answers as they are written, most frequent first. */
export function answersOf(solutions: readonly SolutionSummary[]): GroupDetail['answers'] {
  const answers = new Map<string | null, GroupDetail['answers'][number]>();
  for (const { answer, correct } of solutions) {
    const known = answers.get(answer);
    if (known === undefined) answers.set(answer, { answer, count: 1, correct });
    else known.count++;
  }
  return [...answers.values()].sort((a, b) => b.count - a.count);
}

/** Traces t that speak of the text which is shown of group g: those of a former telling do not. */
export const tracesOfGroup = 't.run = g.run AND t.step = g.step AND t.grp = g.grp AND (g.retold IS NULL OR t.seq > g.seq)';

/** More than a page shows to either side of a group before it says that there are others. */
const askingsAside = 500;

/** The statements that questions on groups and solutions share. */
export const groupStatements = perConnection(({ db }) => {
  const columns = `g.*, r.name, r.method, r.supervision FROM groups g JOIN runs r ON r.key = g.run AND r.gone = 0 WHERE r.id = ?`;
  return {
    ofStep: db.prepare<[string, number, number, number], GroupRow>(`SELECT ${columns} AND g.step = ? AND g.grp > ? ORDER BY g.grp LIMIT ?`),
    one: db.prepare<[string, number, number], GroupRow>(`SELECT ${columns} AND g.step = ? AND g.grp = ?`),
    asked: new AskedQuestions(db),
    sameQuestion: db.prepare<
      [{ run: number; question: string; step: number; group: number }],
      { step: number; group: number; split: unknown }
    >(
      `WITH asked AS (SELECT step, grp AS "group", info ->> '$.split' AS split FROM groups WHERE run = $run AND question_id = $question)
       SELECT * FROM (SELECT * FROM asked WHERE (step, "group") <= ($step, $group) ORDER BY step DESC, "group" DESC LIMIT ${askingsAside})
       UNION ALL
       SELECT * FROM (SELECT * FROM asked WHERE (step, "group") > ($step, $group) ORDER BY step, "group" LIMIT ${askingsAside})
       ORDER BY step, "group"`,
    ),
    others: db.prepare<[number, number], OtherRow>(
      'SELECT id, reward, advantage, correct, tokens FROM solutions WHERE id >= ? AND id < ? ORDER BY id',
    ),
    solution: db.prepare<[number], SolutionRow>('SELECT * FROM solutions WHERE id = ?'),
    solutions: db.prepare<[number, number], SolutionRow>('SELECT * FROM solutions WHERE id >= ? AND id < ? ORDER BY id'),
    traced: db.prepare<[number], { solution: number }>(`SELECT t.solution FROM groups g JOIN traces t ON ${tracesOfGroup} WHERE g.id = ?`),
  };
});
export type GroupStatements = ReturnType<typeof groupStatements>;

/** When the question of a group was asked, that time included: all, or of very many the nearest. */
export const askings = (statements: GroupStatements, row: GroupRow): Asking[] =>
  statements.sameQuestion
    .all({ run: row.run, question: row.question_id, step: row.step, group: row.grp })
    .map((asking) => ({ ...asking, split: heldOutSplit(asking.split) }));

const mostGroups = 10_000;
const page = z.strictObject({ after: count.optional(), limit: rowLimit.max(mostGroups) });

export const groupQuestions = {
  /** In their order; the next page begins after the last of this one. How many there are the step says. */
  groups: question(z.tuple([runId, count, page.optional()]), (connection) => {
    const { ofStep, asked } = groupStatements(connection);
    return (run, step, { after = -1, limit } = { limit: mostGroups }): GroupSummary[] => {
      const rows = ofStep.all(run, step, after, limit);
      const previews = rows.length === 0 ? [] : asked.ofSome(rows[0].run, step, rows);
      return rows.map((row, i) => groupSummary(run, row, previews[i]));
    };
  }),

  group: question(z.tuple([runId, count, count]), (connection) => {
    const { db } = connection;
    const statements = groupStatements(connection);
    const groupsIn = db.prepare<[number, number], { n: number }>('SELECT groups AS n FROM steps WHERE run = ? AND step = ?');
    const neighbour = (order: '<' | '>', direction: 'DESC' | 'ASC') =>
      db.prepare<[number, number], { step: number }>(
        `SELECT step FROM steps WHERE run = ? AND step ${order} ? AND groups > 0 ORDER BY step ${direction} LIMIT 1`,
      );
    const before = neighbour('<', 'DESC');
    const after = neighbour('>', 'ASC');

    return (run, step, group): GroupDetail | null => {
      const row = statements.one.get(run, step, group);
      if (row === undefined) return null;
      const traced = new Set(statements.traced.all(row.id).map((t) => t.solution));
      const solutions = statements.solutions
        .all(row.id * maxGroupSize, (row.id + 1) * maxGroupSize)
        .map((s) => ({ ...solutionFacts(s, traced.has(s.id % maxGroupSize)), preview: cut(s.text, solutionPreview) }));
      return {
        ...groupSummary(run, row, statements.asked.of(row.run, row)),
        run,
        runName: row.name,
        method: row.method,
        stepRewards: row.supervision === 'process',
        step,
        question: row.question,
        info: row.info === null ? {} : (JSON.parse(row.info) as GroupDetail['info']),
        solutions,
        answers: answersOf(solutions),
        sameQuestion: askings(statements, row),
        groupsInStep: groupsIn.get(row.run, step)!.n,
        previousStep: before.get(row.run, step)?.step ?? null,
        nextStep: after.get(row.run, step)?.step ?? null,
      };
    };
  }),
};
