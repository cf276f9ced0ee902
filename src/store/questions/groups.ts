import { z } from 'zod';
import { failures, type Failure } from '../../core/failures.js';
import { logpTemperatures, type LogpTemperatures } from '../../core/logpTemperature.js';
import { heldOutSplit } from '../../core/heldOutSplit.js';
import { cut } from '../../core/questionPreview.js';
import { encodeUtf8 } from '../../core/utf8.js';
import { tryJson } from '../../core/tryJson.js';
import { maxGroupSize } from '../../protocol/events.js';
import { turnCounts } from '../../protocol/conversation.js';
import { turn, type Turn } from '../../protocol/turns.js';
import type { WireNumber } from '../../protocol/wireNumber.js';
import { count } from '../../protocol/count.js';
import { PreparedStatements } from '../preparedStatements.js';
import { QuestionPreviews } from '../questionPreviews.js';
import { finite, storable } from '../groupFacts.js';
import { SolutionBodies } from '../solutionBodies.js';
import { tracesOfGroup } from '../standingTraces.js';
import type { ListPage } from '../../core/listPages.js';
import { bytesOf, listPage, pageArgument, pageBytes, perConnection, question, runId, usualRows } from '../question.js';
import type { Asking, GroupAnswer, GroupDetail, GroupSummary, SolutionSummary } from '../views.js';

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
  errors: number | null;
  tool_failures: number | null;
  truncated: number | null;
  wrong_paid: number | null;
  kl_mean: number | null;
  question_id: string;
  question: string;
  question_turns: string | null;
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
  error: string | null;
}

interface WholeSolutionRow extends SolutionRow {
  parent_solution: number | null;
  parent_offset: number | null;
  policy_version: number | null;
  seconds: number | null;
}

const solutionPreview = 400;
/** Of an error, in a list. */
const errorPreview = 200;

const turnList = z.array(turn);
/** @returns null where none are stored, or what is stored are none */
export const turnsOf = (json: string | null): Turn[] | null => (json === null ? null : (turnList.safeParse(tryJson(json)).data ?? null));

/** Whether the rows of a group are an evaluation's, as its `info` says. */
const splitOf = (info: string | null): GroupSummary['split'] =>
  info === null ? null : heldOutSplit((JSON.parse(info) as GroupDetail['info']).split);

/** More of a group's advantages draw no other strip. */
const mostAdvantages = 256;

/** Of very many, some that stand equally far apart in their order; the first and the last are among them. */
function advantagesOf({ advantages }: GroupRow): (number | null)[] {
  const all = advantages.length / 8;
  const length = Math.min(all, mostAdvantages);
  const place = (i: number): number => (all === length ? i : Math.round((i * (all - 1)) / (length - 1)));
  return Array.from({ length }, (_, i) => finite(advantages.readDoubleLE(8 * place(i))));
}

function groupSummary(run: string, row: GroupRow, questionPreview: GroupSummary['questionPreview']): GroupSummary {
  return {
    address: { run, step: row.step, group: row.grp },
    group: row.grp,
    questionId: row.question_id,
    split: splitOf(row.info),
    questionPreview,
    gold: row.gold,
    size: row.size,
    correct: row.correct,
    rewardMean: row.reward_mean,
    rewardStd: row.reward_std,
    advantages: advantagesOf(row),
    lengthMean: row.length_mean,
    failures: { errors: row.errors, 'tool-failures': row.tool_failures, truncated: row.truncated, 'wrong-paid': row.wrong_paid },
    klMean: row.kl_mean,
    zeroStd: row.zero_std === 1,
  };
}

/** What is read of the other solutions of a group. */
export type OtherRow = Pick<SolutionRow, 'id' | 'reward' | 'advantage' | 'correct' | 'tokens'>;

/** A solution without its text. */
export type SolutionFacts = Omit<SolutionSummary, 'preview'>;

export function solutionFacts(row: SolutionRow, turns: readonly Turn[] | undefined, hasTrace: boolean): SolutionFacts {
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
    turnCounts: turns === undefined ? null : turnCounts(turns),
    error: row.error === null ? null : cut(row.error, errorPreview),
  };
}

/** Which groups and solutions have it: the words of the indices in migrations.ts. */
const failing: Record<Failure, { group: string; solution: string }> = {
  errors: { group: 'g.errors > 0', solution: 'error IS NOT NULL' },
  'tool-failures': { group: 'g.tool_failures > 0', solution: 'tool_failures > 0' },
  truncated: { group: 'g.truncated > 0', solution: "finish = 'length'" },
  'wrong-paid': { group: 'g.wrong_paid > 0', solution: 'correct = 0 AND reward > 0' },
};

/** A page of groups, or of solutions: of all, or only of those that have each of some failures. */
const narrowedPage = pageArgument(count).extend({ only: z.array(z.enum(failures)).max(failures.length).optional() });

/** More than a page shows to either side of a group before it says that there are others. */
const askingsAside = 500;

/** The statements that questions on groups and solutions share. */
export const groupStatements = perConnection(({ db }) => {
  const statements = new PreparedStatements(db);
  const temperatures = db.prepare<[number], Parameters<typeof logpTemperatures>[0]>(
    `SELECT json ->> '$.sampling.logp_temperature' AS logp_temperature, json ->> '$.sampling.logp_sampler_temperature' AS logp_sampler_temperature
     FROM identities WHERE run = ?`,
  );
  const columns = `g.*, r.name, r.method, r.supervision FROM groups g JOIN runs r ON r.key = g.run AND r.gone = 0 WHERE r.id = ?`;
  return {
    ofStep: (only: readonly Failure[]) =>
      statements.of<[string, number, number, number], GroupRow>(
        `SELECT ${columns} AND g.step = ? AND g.grp > ?${only.map((f) => ` AND ${failing[f].group}`).join('')} ORDER BY g.grp LIMIT ?`,
      ),
    one: db.prepare<[string, number, number], GroupRow>(`SELECT ${columns} AND g.step = ? AND g.grp = ?`),
    questionPreviews: new QuestionPreviews(db),
    bodies: new SolutionBodies(db),
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
    solution: db.prepare<[number], WholeSolutionRow>(
      `SELECT id, reward, advantage, correct, answer, finish, tokens, kl, rewards, error,
              parent_solution, parent_offset, policy_version, seconds FROM solutions WHERE id = ?`,
    ),
    solutions: (only: readonly Failure[]) =>
      statements.of<[number, number, number], SolutionRow>(
        `SELECT id, reward, advantage, correct, answer, finish, tokens, kl, rewards, error FROM solutions
         WHERE id >= ? AND id < ?${only.map((f) => ` AND ${failing[f].solution}`).join('')} ORDER BY id LIMIT ?`,
      ),
    answers: db.prepare<[number, number], { answer: string | null; count: number; correct: number | null; first: number }>(
      `SELECT answer, count(*) AS count, correct, min(id) AS first FROM solutions WHERE id >= ? AND id < ?
       GROUP BY answer ORDER BY count DESC, first`,
    ),
    /** As run.json says. @param run its key */
    logpTemperatures: (run: number): LogpTemperatures => logpTemperatures(temperatures.get(run)),
    traced: db.prepare<[number], { solution: number }>(`SELECT t.solution FROM groups g JOIN traces t ON ${tracesOfGroup} WHERE g.id = ?`),
  };
});
export type GroupStatements = ReturnType<typeof groupStatements>;

/** When the question of a group was asked, that time included: all, or of very many the nearest. */
export const askings = (statements: GroupStatements, row: GroupRow): Asking[] =>
  statements.sameQuestion
    .all({ run: row.run, question: row.question_id, step: row.step, group: row.grp })
    .map((asking) => ({ ...asking, split: heldOutSplit(asking.split) }));

/** Solutions that come with their group. */
const firstSolutions = 500;
/** Answers of a group that are listed, beside those that are right. */
const mostAnswers = 200;

/** Until the questions of a page are compared with each other. */
export const noPreview: GroupSummary['questionPreview'] = { text: '', skipped: 0 };

/** A page of a group's solutions. */
function solutionsOf(
  { solutions, traced, bodies }: GroupStatements,
  { id }: Pick<GroupRow, 'id'>,
  after: number,
  limit: number,
  only: readonly Failure[] = [],
): ListPage<SolutionSummary, number> {
  const withTrace = new Set(traced.all(id).map((t) => t.solution));
  const begin = id * maxGroupSize;
  const bodyOf = bodies.reading();
  return listPage(
    solutions(only).iterate(begin + after + 1, begin + maxGroupSize, limit + 1),
    limit,
    (s) => {
      const { text, turns } = bodyOf(s.id);
      return { ...solutionFacts(s, turns, withTrace.has(s.id % maxGroupSize)), preview: cut(text, solutionPreview) };
    },
    (s) => s.id % maxGroupSize,
  );
}

function numbersOf({ others }: GroupStatements, { id, size }: GroupRow): Pick<GroupDetail, 'rewardOf' | 'advantageOf'> {
  const [rewardOf, advantageOf] = [new Float64Array(size).fill(NaN), new Float64Array(size).fill(NaN)];
  for (const { id: solution, reward, advantage } of others.iterate(id * maxGroupSize, (id + 1) * maxGroupSize)) {
    rewardOf[solution % maxGroupSize] = reward ?? NaN;
    advantageOf[solution % maxGroupSize] = advantage ?? NaN;
  }
  return { rewardOf, advantageOf };
}

/** Distinct answers as they are written, most frequent first; of very many the first, and those that are right. */
function answersOf({ answers }: GroupStatements, { id }: GroupRow): Pick<GroupDetail, 'answers' | 'distinctAnswers'> {
  const listed: GroupDetail['answers'] = [];
  let distinctAnswers = 0;
  let bytes = 0;
  for (const row of answers.iterate(id * maxGroupSize, (id + 1) * maxGroupSize)) {
    if (row.answer !== null) distinctAnswers++;
    const full = bytes >= pageBytes / 2 || (listed.length >= mostAnswers && (row.correct !== 1 || listed.length >= 2 * mostAnswers));
    if (full) continue;
    listed.push({ answer: row.answer, count: row.count, correct: row.correct === null ? null : row.correct === 1 });
    bytes += bytesOf(row.answer);
  }
  return { answers: listed, distinctAnswers };
}

export const groupQuestions = {
  /** In their order. How many there are the step says. */
  groups: question(z.tuple([runId, count, narrowedPage.optional()]), (connection) => {
    const { ofStep, questionPreviews } = groupStatements(connection);
    return (run, step, { after = -1, limit = usualRows, only = [] } = {}): ListPage<GroupSummary, number> => {
      const read: GroupRow[] = [];
      const keep = (row: GroupRow): GroupSummary => (read.push(row), groupSummary(run, row, noPreview));
      const page = listPage(ofStep(only).iterate(run, step, after, limit + 1), limit, keep, ({ grp }) => grp);
      const previews = read.length === 0 ? [] : questionPreviews.ofSome(read[0].run, step, read);
      return { ...page, rows: page.rows.map((row, i) => ({ ...row, questionPreview: previews[i] })) };
    };
  }),

  /** In the order sampled; how many there are the group says. */
  solutions: question(z.tuple([runId, count, count, narrowedPage.optional()]), (connection) => {
    const statements = groupStatements(connection);
    return (run, step, group, { after = -1, limit = usualRows, only } = {}): ListPage<SolutionSummary, number> => {
      const row = statements.one.get(run, step, group);
      return row === undefined ? { rows: [], next: null } : solutionsOf(statements, row, after, limit, only);
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

    return (run, step, group): GroupAnswer | null => {
      const row = statements.one.get(run, step, group);
      if (row === undefined) return null;
      return {
        ...groupSummary(run, row, statements.questionPreviews.of(row.run, row)),
        run,
        runName: row.name,
        method: row.method,
        stepRewards: row.supervision === 'process',
        step,
        question: encodeUtf8(row.question),
        questionTurns: turnsOf(row.question_turns),
        info: row.info === null ? {} : (JSON.parse(row.info) as GroupDetail['info']),
        solutions: solutionsOf(statements, row, -1, firstSolutions).rows,
        ...numbersOf(statements, row),
        ...answersOf(statements, row),
        sameQuestion: askings(statements, row),
        logpTemperatures: statements.logpTemperatures(row.run),
        groupsInStep: groupsIn.get(row.run, step)!.n,
        previousStep: before.get(row.run, step)?.step ?? null,
        nextStep: after.get(row.run, step)?.step ?? null,
      };
    };
  }),
};
