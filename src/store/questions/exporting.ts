import { z } from 'zod';
import type { ListPage } from '../../core/listPages.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { listPage, question, runId, usualRows } from '../question.js';
import type { ExportedGroup, ExportedSolution } from '../views.js';
import { groupStatements, solutionFacts, turnsOf } from './groups.js';

export const exportingQuestions = {
  /**
   * Some solutions of a group with their whole texts, in the order asked for.
   * @param indices within the group; those that it has not are left out
   * @returns as many of them as a page has, and how many of the indices those are; null where there is no such group
   */
  exported: question(z.tuple([runId, count, count, z.array(count.max(maxGroupSize - 1)).max(usualRows)]), (connection) => {
    const statements = groupStatements(connection);
    return (run, step, group, indices): (ExportedGroup & { next: number | null }) | null => {
      const row = statements.one.get(run, step, group);
      if (row === undefined) return null;
      const bodyOf = statements.bodies.reading();
      const there = indices.flatMap((index, at) => {
        const solution = statements.solution.get(row.id * maxGroupSize + index);
        return solution === undefined ? [] : [{ solution, at }];
      });
      const page: ListPage<ExportedSolution, number> = listPage(
        there,
        usualRows,
        ({ solution }) => {
          const { text, turns } = bodyOf(solution.id);
          const { index, reward, rewards, advantage, correct, answer, finish, tokens, kl } = solutionFacts(solution, turns, false);
          return { index, text, turns: turns ?? null, reward, rewards, advantage, correct, answer, finish, tokens, kl };
        },
        ({ at }) => at + 1,
      );
      return {
        ...{ question: row.question, questionId: row.question_id, questionTurns: turnsOf(row.question_turns), gold: row.gold },
        ...{ solutions: page.rows, next: page.next },
      };
    };
  }),
};
