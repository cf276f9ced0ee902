import { z } from 'zod';
import { heldOutSplit } from '../../core/heldOutSplit.js';
import { finite } from '../groupFacts.js';
import { count } from '../../protocol/count.js';
import { messageOf } from '../../core/messageOf.js';
import { eventAt, type EventPlace } from '../../protocol/eventAt.js';
import { maxGroupSize } from '../../protocol/events.js';
import { traceNumbers } from '../../protocol/decodeTrace.js';
import { encodeUtf8 } from '../../core/utf8.js';
import { question, runId } from '../question.js';
import { tracesOfGroup } from '../standingTraces.js';
import { weightsOf } from '../termWeights.js';
import type { SolutionAnswer, Trace } from '../views.js';
import { askings, solutionFacts, groupStatements, turnsOf, type OtherRow, type SolutionFacts } from './groups.js';

/** What solutions are compared by. */
type ComparisonFacts = Pick<SolutionFacts, 'index' | 'reward' | 'advantage' | 'correct' | 'tokens'>;

const comparisonFacts = ({ id, reward, advantage, correct, tokens }: OtherRow): ComparisonFacts => ({
  index: id % maxGroupSize,
  reward: finite(reward),
  advantage: finite(advantage),
  correct: correct === null ? null : correct === 1,
  tokens,
});

/** More do not fit a menu. */
const mostSiblings = 500;

/** Nearest in length among those that were judged the other way. */
function otherVerdict(solution: ComparisonFacts, others: readonly ComparisonFacts[]): number | null {
  if (solution.correct === null) return null;
  const distance = (s: ComparisonFacts): number => Math.abs(s.tokens - solution.tokens);
  return first(
    others.filter((s) => s.correct === !solution.correct),
    (a, b) => distance(a) - distance(b),
  );
}

/** Largest advantage, then reward; null where none of the others has either. */
const bestOf = (others: readonly ComparisonFacts[]): number | null =>
  first(
    others.filter((s) => s.advantage !== null || s.reward !== null),
    (a, b) => rank(b.advantage) - rank(a.advantage) || rank(b.reward) - rank(a.reward) || 0,
  );

const rank = (x: number | null): number => x ?? -Number.MAX_VALUE;

const first = (solutions: readonly ComparisonFacts[], order: (a: ComparisonFacts, b: ComparisonFacts) => number): number | null =>
  solutions.toSorted((a, b) => order(a, b) || a.index - b.index).at(0)?.index ?? null;

const address = z.tuple([runId, count, count, count]);

export const solutionQuestions = {
  solution: question(address, (connection) => {
    const { db } = connection;
    const statements = groupStatements(connection);
    const reward = db.prepare<[number], { reward: string | null }>(
      `SELECT json -> '$.experiment.resolved.reward' AS reward FROM identities WHERE run = ?`,
    );
    return (run, step, group, index): SolutionAnswer | null => {
      const row = statements.one.get(run, step, group);
      if (row === undefined || index >= row.size) return null;
      const solution = statements.solution.get(row.id * maxGroupSize + index);
      if (solution === undefined) return null;
      const traced = statements.traced.all(row.id).some((t) => t.solution === index);
      const { text, turns, grade } = statements.bodies.reading()(solution.id);
      const facts = solutionFacts(solution, turns, traced);
      const { parent_solution, parent_offset } = solution;
      const others = statements.others
        .all(row.id * maxGroupSize, (row.id + 1) * maxGroupSize)
        .filter(({ id }) => id !== solution.id)
        .map(comparisonFacts);
      return {
        ...facts,
        run,
        runName: row.name,
        step,
        group,
        groupSize: row.size,
        method: row.method,
        split: heldOutSplit((JSON.parse(row.info ?? '{}') as { split?: unknown }).split),
        question: encodeUtf8(row.question),
        questionTurns: turnsOf(row.question_turns),
        turns: turns ?? null,
        questionPreview: statements.questionPreviews.of(row.run, row),
        gold: row.gold,
        text: encodeUtf8(text),
        grade,
        error: solution.error,
        seconds: solution.seconds,
        policyVersion: solution.policy_version,
        parent: parent_solution === null ? null : { solution: parent_solution, offset: parent_offset ?? 0 },
        weights: weightsOf(reward.get(row.run)!.reward),
        logpTemperatures: statements.logpTemperatures(row.run),
        sameQuestion: askings(statements, row),
        siblings: others.slice(0, mostSiblings).map(({ index, reward, advantage, correct }) => ({ index, reward, advantage, correct })),
        otherVerdict: otherVerdict(facts, others),
        bestOther: bestOf(others),
      };
    };
  }),

  /** Read from where it stands in the run directory, and what follows from it derived. */
  trace: question(address, ({ db, directoryOf }) => {
    const place = db.prepare<[string, number, number, number], EventPlace & { seq: number }>(
      `SELECT t.segment, t.offset, t.bytes, t.seq FROM runs r JOIN groups g ON g.run = r.key JOIN traces t ON ${tracesOfGroup}
       WHERE r.id = ? AND r.gone = 0 AND g.step = ? AND g.grp = ? AND t.solution = ?`,
    );

    return (run, step, group, solution): Trace | null => {
      const row = place.get(run, step, group, solution);
      if (row === undefined) return null;
      try {
        return traceNumbers(eventAt(directoryOf(run), row, row.seq, 'trace'));
      } catch (error) {
        throw new Error(`The tokens' numbers cannot be shown. ${messageOf(error)}`, { cause: error });
      }
    };
  }),
};
