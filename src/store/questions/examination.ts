import { z } from 'zod';
import { heldOutSplit } from '../../core/heldOutSplit.js';
import type { ListPage } from '../../core/listPages.js';
import { cut } from '../../core/questionPreview.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize, type Verdict } from '../../protocol/events.js';
import type { WireNumber } from '../../protocol/wireNumber.js';
import { finite, storable } from '../groupFacts.js';
import { storedIdentity } from '../identityRow.js';
import { listPage, pageArgument, question, runId, usualRows } from '../question.js';
import {
  isLive,
  type ExaminationFacts,
  type GroupNumbers,
  type GroupPlace,
  type GroupTexts,
  type MetricsRow,
  type RunState,
} from '../views.js';
import { groupStatements } from './groups.js';

/** Of a group's solutions so many texts are read, of each its end, and the beginning of the question. */
const textsOfGroup = 16;
const longestEnd = 10_000;
const longestQuestion = 4000;
const longestAnswer = 100;

interface GroupRow {
  id: number;
  step: number;
  grp: number;
  question_id: string;
  split: unknown;
}
interface SolutionRow {
  reward: number | null;
  advantage: number | null;
  correct: number | null;
  verdict: Verdict | null;
  answer: string | null;
  finish: 'stop' | 'length' | 'other';
  tokens: number;
  rewards: string;
  policy_version: number | null;
  error: number;
}
interface Point {
  step: number;
  value: number | null;
  time: number | null;
}

const ofRun = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';
const groupPlace = z.strictObject({ step: count, group: count });

/** What the doctor reads of a run, each list in the order of its steps. */
export const examinationQuestions = {
  examinationFacts: question(z.tuple([runId]), ({ db }) => {
    const one = db.prepare<
      [string],
      {
        method: string;
        backend: string;
        supervision: string | null;
        import_source: string | null;
        state: RunState;
        json: string | null;
        key: number;
      }
    >(
      `SELECT key, method, backend, supervision, import_source, state, (SELECT json FROM identities WHERE run = key) AS json
       FROM runs WHERE gone = 0 AND id = ?`,
    );
    const sums = db.prepare<[number], { groups: number; solutions: number }>(
      'SELECT coalesce(sum(groups), 0) AS groups, coalesce(sum(solutions), 0) AS solutions FROM steps WHERE run = ?',
    );
    return (run): ExaminationFacts | null => {
      const row = one.get(run);
      if (row === undefined) return null;
      const identity = storedIdentity(run, row.json ?? '');
      const { method, backend, supervision, import_source, state } = row;
      return {
        ...{ method, backend, supervision, imported: import_source !== null, live: isLive(state) },
        sampling: identity.sampling ?? {},
        resolved: identity.experiment.resolved,
        ...sums.get(row.key)!,
      };
    };
  }),

  /** Values of the metrics that are named, step by step; steps that have none of them are missing. */
  examinedMetrics: question(z.tuple([runId, z.array(z.string().max(200)).max(32), pageArgument(count).optional()]), ({ db }) => {
    const ids = db.prepare<[{ run: string; name: string }], { id: number }>(
      `SELECT id FROM metric_names WHERE run = ${ofRun} AND name = @name`,
    );
    const points = db.prepare<[number, number, number], Point>(
      'SELECT step, value, time FROM metrics WHERE metric = ? AND step > ? ORDER BY step LIMIT ?',
    );
    return (run, names, { after = -1, limit = usualRows } = {}): ListPage<MetricsRow, number> => {
      const rows = new Map<number, MetricsRow>();
      // Up to where every metric was read.
      let whole = Infinity;
      for (const name of names) {
        const id = ids.get({ run, name })?.id;
        if (id === undefined) continue;
        const read = points.all(id, after, limit + 1);
        if (read.length > limit) whole = Math.min(whole, read[limit - 1].step);
        for (const { step, value, time } of read) {
          const row = rows.get(step) ?? { step, time: null, values: {} };
          rows.set(step, row);
          row.values[name] = finite(value);
          if (time !== null) row.time = Math.max(row.time ?? time, time);
        }
      }
      const sorted = [...rows.values()].sort((a, b) => a.step - b.step).filter((row) => row.step <= whole);
      const page = listPage(
        sorted,
        limit,
        (row) => row,
        (row) => row.step,
      );
      return { ...page, next: page.next ?? (whole === Infinity ? null : whole) };
    };
  }),

  /** Groups with their solutions' numbers, without texts. */
  examinedGroups: question(z.tuple([runId, pageArgument(groupPlace).optional()]), ({ db }) => {
    const groups = db.prepare<[{ run: string; step: number; group: number; limit: number }], GroupRow>(
      `SELECT id, step, grp, question_id, info ->> '$.split' AS split FROM groups WHERE run = ${ofRun} AND (step, grp) > (@step, @group)
       ORDER BY step, grp LIMIT @limit`,
    );
    const solutions = db.prepare<[number, number], SolutionRow>(
      `SELECT reward, advantage, correct, verdict, answer, finish, tokens, rewards, policy_version, error IS NOT NULL AS error
       FROM solutions WHERE id >= ? AND id < ? ORDER BY id`,
    );
    const solution = (s: SolutionRow): GroupNumbers['solutions'][number] => ({
      reward: s.reward,
      terms: termsOf(s.rewards),
      advantage: s.advantage,
      correct: s.correct === null ? null : s.correct === 1,
      verdict: s.verdict,
      answer: s.answer === null ? null : cut(s.answer, longestAnswer),
      finish: s.finish,
      tokens: s.tokens,
      policyVersion: s.policy_version,
      error: s.error === 1,
    });
    return (run, { after = { step: -1, group: -1 }, limit = usualRows } = {}): ListPage<GroupNumbers, GroupPlace> =>
      listPage(
        // Ended with the page: a statement that is being read bars others.
        groups.all({ run, ...after, limit: limit + 1 }),
        limit,
        (g) => ({
          step: g.step,
          group: g.grp,
          questionId: g.question_id,
          split: heldOutSplit(g.split),
          solutions: solutions.all(g.id * maxGroupSize, (g.id + 1) * maxGroupSize).map(solution),
        }),
        (g) => ({ step: g.step, group: g.grp }),
      );
  }),

  /** Texts of a step's groups: of each its first 16 solutions' ends. */
  examinedTexts: question(z.tuple([runId, count, pageArgument(count).optional()]), (connection) => {
    const { db } = connection;
    const { bodies } = groupStatements(connection);
    const groups = db.prepare<[{ run: string; step: number; after: number; limit: number }], { id: number; grp: number; question: string }>(
      `SELECT id, grp, question FROM groups WHERE run = ${ofRun} AND step = @step AND grp > @after ORDER BY grp LIMIT @limit`,
    );
    const first = db
      .prepare<[number, number], number>(`SELECT id FROM solutions WHERE id >= ? AND id < ? ORDER BY id LIMIT ${textsOfGroup}`)
      .pluck();
    return (run, step, { after = -1, limit = usualRows } = {}): ListPage<GroupTexts, number> => {
      const bodyOf = bodies.reading();
      return listPage(
        groups.all({ run, step, after, limit: limit + 1 }),
        limit,
        ({ id, grp, question }) => ({
          group: grp,
          question: question.slice(0, longestQuestion),
          texts: first.all(id * maxGroupSize, (id + 1) * maxGroupSize).map((solution) => bodyOf(solution).text.slice(-longestEnd)),
        }),
        ({ grp }) => grp,
      );
    };
  }),

  /** The first traces of a step, by their solutions. */
  tracedSolutions: question(z.tuple([runId, count, z.number().int().min(1).max(64)]), ({ db }) => {
    const traced = db.prepare<[{ run: string; step: number; limit: number }], { group: number; solution: number }>(
      `SELECT grp AS "group", solution FROM traces WHERE run = ${ofRun} AND step = @step ORDER BY grp, solution LIMIT @limit`,
    );
    return (run, step, limit): { group: number; solution: number }[] => traced.all({ run, step, limit });
  }),
};

function termsOf(json: string): Record<string, number | null> {
  const terms = JSON.parse(json) as Record<string, WireNumber>;
  return Object.fromEntries(Object.entries(terms).map(([term, value]) => [term, storable(value)]));
}
