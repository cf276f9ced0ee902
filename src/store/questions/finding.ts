import { z } from 'zod';
import { count } from '../../protocol/count.js';
import { parse } from '../../query/parse.js';
import { propertyOf } from '../../query/properties.js';
import { conjuncts, type Tree } from '../../query/tree.js';
import { canSortBy, conditionSql, labelledStepSql } from '../finding/conditionSql.js';
import { Facets } from '../finding/facets.js';
import { foundSolutions } from '../finding/foundSolutions.js';
import { SearchConnection } from '../finding/searchConnection.js';
import { searchPiece } from '../finding/searchPiece.js';
import { join, sql } from '../finding/sqlText.js';
import { perConnection, question, runId } from '../question.js';
import { isDamage } from '../sqlite.js';
import { facetNames, type PieceAnswer, type SearchPiece, type SearchPlan } from '../views.js';

/** Rows of one answer. */
const mostRows = 1000;
/** Of one search. What is beyond is said. */
const mostPieces = 20_000;
/** Solutions of the first piece: what is found there is seen at once. Each further one may have twice as many, up to the largest. */
const firstPiece = 2048;

const filterText = z.string().max(10_000);
const piece = z.strictObject({ run: runId, firstStep: count, lastStep: count, solutions: count });
const options = z.strictObject({
  limit: z.number().int().min(0).max(mostRows),
  sort: z
    .strictObject({ by: z.strictObject({ name: z.string().max(100), key: z.string().max(200).optional() }), descending: z.boolean() })
    .optional(),
  from: z
    .strictObject({ part: z.enum(['read', 'indexed']), floor: z.number().int(), step: count, group: count, after: count.optional() })
    .optional(),
  paged: z.boolean().optional(),
  budgetMs: z.number().min(1).max(60_000).default(400),
  facets: z.array(z.enum(facetNames)).max(facetNames.length).default([]),
  stepWidth: z.number().int().min(1).default(1),
});

/** @throws when it is no filter, or asks for what cannot be sought: who asks has looked before */
function filterOf(text: string): Tree {
  const { tree, problem } = parse(text);
  if (problem !== undefined) throw new Error(problem.message);
  return tree;
}

/** A connection of its own for searches, which follows the index of words as it comes and goes. */
const searchConnections = perConnection(({ db }) => {
  let open: SearchConnection | undefined;
  const opened = (indexed: boolean): SearchConnection => {
    open?.close();
    return (open = SearchConnection.open(db, indexed));
  };
  return <T>(work: (search: SearchConnection) => T): T => {
    const search = open === undefined || open.isOutdated ? opened(true) : open;
    try {
      return search.ofOneState(() => work(search));
    } catch (error) {
      if (!isDamage(error) || !search.hasIndex) throw error;
      // Where it is not the index, it is damaged without it, too.
      const without = opened(false);
      return without.ofOneState(() => work(without));
    }
  };
});

/** Conditions on steps and runs alone leave whole steps out; `g` is their table here. */
const isOfSteps = (tree: Tree): boolean => {
  if ('parts' in tree) return tree.parts.every(isOfSteps);
  if ('part' in tree) return isOfSteps(tree.part);
  if (!('property' in tree)) return false;
  const level = propertyOf(tree.property)?.level;
  return level === 'step' || level === 'run';
};

interface StepRow {
  run: string;
  step: number;
  solutions: number;
  /** 0: nothing in it can match. */
  wanted: number;
}

/**
 * Solutions of a piece, at most, unless one step has more: of the largest nobody waits long, and of words that are found by the index
 * there is little to be done for each.
 */
function largestPiece(tree: Tree, hasIndex: boolean): number {
  const byIndexAlone = hasIndex && conditionSql(tree) === null && conditionSql(tree, { first: 0, last: 0 }) !== null;
  return byIndexAlone ? 262_144 : 16_384;
}

/** Steps behind each other of a run become a piece. */
function piecesOf(rows: Iterable<StepRow>, largest: number): Omit<SearchPlan, 'all' | 'index'> {
  const pieces: SearchPiece[] = [];
  let [solutions, left] = [0, 0];
  let last: SearchPiece | undefined;
  for (const { run, step, solutions: n, wanted } of rows) {
    // A step between that is not wanted parts two pieces.
    if (wanted === 0) {
      last = undefined;
      continue;
    }
    const full = Math.min(largest, firstPiece * 2 ** Math.min(20, pieces.length - 1));
    if (last?.run === run && last.solutions + n <= full) {
      last.firstStep = step;
      last.solutions += n;
    } else if (pieces.length >= mostPieces) {
      left += n;
      continue;
    } else pieces.push((last = { run, firstStep: step, lastStep: step, solutions: n }));
    solutions += n;
  }
  return { pieces, solutions, left };
}

export const findingQuestions = {
  /** What a search goes through. @param runs only these; null: all */
  searchPlan: question(z.tuple([filterText, z.array(runId).max(1000).nullable()]), (connection) => {
    const searching = searchConnections(connection);
    return (text, runs): SearchPlan => {
      const tree = filterOf(text);
      const among = runs === null ? sql`` : sql` AND r.id IN (SELECT value FROM json_each(${JSON.stringify(runs)}))`;
      const scope = sql`FROM runs r JOIN steps g ON g.run = r.key WHERE r.gone = 0 AND g.solutions > 0${among}`;
      const conditions = conjuncts(tree)
        .flatMap((c) => (isOfSteps(c) ? conditionSql(c) : labelledStepSql(c)) ?? [])
        .map((c) => sql` AND ${c} IS NOT 0`);
      const rows = sql`SELECT r.id AS run, g.step, g.solutions, 1${join(conditions, '')} AS wanted ${scope} ORDER BY r.created DESC, r.id DESC, g.step DESC`;
      const total = sql`SELECT total(g.solutions) ${scope}`;
      return searching((search) => ({
        ...piecesOf(search.statement<StepRow>(rows).iterate(...rows.values), largestPiece(tree, search.hasIndex)),
        all: search
          .statement<number>(total)
          .pluck()
          .get(...total.values)!,
        index: search.coverage(),
      }));
    };
  }),

  /** What of a piece matches: newest first, or in the order of a number. Texts are read for as long as `budgetMs` says. */
  searchPiece: question(z.tuple([filterText, piece, options]), (connection) => {
    const searching = searchConnections(connection);
    return (text, part, { limit, sort, from, paged, budgetMs, facets, stepWidth }): PieceAnswer => {
      const tree = filterOf(text);
      if (sort !== undefined && (propertyOf(sort.by) === undefined || !canSortBy(sort.by)))
        throw new Error(`Solutions cannot be sorted by ${sort.by.name}.`);
      return searching((search) => {
        const key = search.runKey(part.run);
        if (key === undefined) return { rows: [], matched: 0, unknown: 0, seen: 0, facets: {}, next: null };
        const { hits, ...result } = searchPiece(search, {
          tree,
          piece: { ...part, key },
          limit,
          sort,
          from,
          paged: paged === true && sort === undefined && limit > 0,
          budgetMs,
          facets: new Facets(search.db, facets, part.run, stepWidth),
          stillWanted: connection.stillWanted,
        });
        connection.stillWanted();
        return { ...result, rows: foundSolutions(search, tree, part.run, hits) };
      });
    };
  }),
};
