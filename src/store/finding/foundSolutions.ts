import { maxGroupSize } from '../../protocol/events.js';
import type { Tree } from '../../query/tree.js';
import { finite } from '../groupFacts.js';
import type { SolutionRow } from '../questions/groups.js';
import type { FoundSolution } from '../views.js';
import type { Hit } from './hits.js';
import { excerptOf, placesFinder } from './places.js';
import type { SearchConnection } from './searchConnection.js';
import { sql } from './sqlText.js';

type FoundRow = Pick<SolutionRow, 'reward' | 'advantage' | 'correct' | 'answer' | 'finish' | 'tokens' | 'kl'>;

interface GroupRow {
  run: number;
  runName: string;
  step: number;
  grp: number;
  question: string;
}

/** Longer answers are cut in rows. */
const answerLength = 200;

/** What rows show of hits. @param run the id of theirs */
export function foundSolutions(search: SearchConnection, tree: Tree, run: string, hits: readonly Hit[]): FoundSolution[] {
  const placesOf = placesFinder(tree);
  search.bodies.forget();
  const groups = hits.map(({ id }) => groupRow(search, Math.floor(id / maxGroupSize)));
  const previews = groups.length === 0 ? [] : search.questionPreviews.ofMany(groups[0].run, groups);
  return hits.map(({ id, step, group, sortValue }, i) => {
    const s = solutionRow(search, id);
    const { text } = search.bodies.body(id);
    const places = placesOf(text);
    return {
      address: { run, step, group, solution: id % maxGroupSize },
      runName: groups[i].runName,
      reward: finite(s.reward),
      advantage: finite(s.advantage),
      correct: s.correct === null ? null : s.correct === 1,
      answer: s.answer?.slice(0, answerLength) ?? null,
      finish: s.finish,
      tokens: s.tokens,
      kl: finite(s.kl),
      questionPreview: previews[i],
      excerpt: excerptOf(text, places.at(0)),
      places,
      sortValue: finite(sortValue),
    };
  });
}

function solutionRow(search: SearchConnection, id: number): FoundRow {
  const query = sql`SELECT reward, advantage, correct, answer, finish, tokens, kl FROM solutions WHERE id = ${id}`;
  return search.statement<FoundRow>(query).get(...query.values)!;
}

function groupRow(search: SearchConnection, id: number): GroupRow {
  const query = sql`SELECT g.run, coalesce(r.name, r.id) AS runName, g.step, g.grp, g.question
    FROM groups g JOIN runs r ON r.key = g.run WHERE g.id = ${id}`;
  return search.statement<GroupRow>(query).get(...query.values)!;
}
