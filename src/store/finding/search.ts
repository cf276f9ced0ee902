/** A search over the pieces of its plan, several at a time, told as it goes on. */
import { byValue } from './hits.js';
import type { PropertyName } from '../../query/tree.js';
import type { StoreQueries, StoreClientQueries } from '../questions.js';
import type { FacetCounts, FacetName, FoundSolution, PieceAnswer, PieceCursor, SearchPiece, SearchPlan } from '../views.js';

export interface SearchOptions {
  /** The filter's text. */
  filter: string;
  /** Ids of the runs that are searched; null: all. */
  runs: string[] | null;
  /** Rows that are wanted: newest first any number, in an order at most 1000. */
  limit: number;
  /** Newest first where it is left out. */
  sort?: { by: PropertyName; descending: boolean };
  /** Whether what matches beyond the limit is counted, too. */
  counting: boolean;
  facets?: readonly FacetName[];
  /** How long it may take, milliseconds. */
  limitMs?: number;
  /** Pieces that are searched at the same time. */
  atOnce?: number;
}

/** How far a search is. */
export interface SearchState {
  plan: SearchPlan;
  /** Rows that were not told before, in their order: newest first they come as they are found, sorted ones all at the end. */
  rows: FoundSolution[];
  matched: number;
  unknown: number;
  seen: number;
  facets: FacetCounts;
  /** Steps of a bin of the facet `step`. */
  stepWidth: number;
  /** `limit`: there are as many rows as were wanted, and what is beyond was not counted. `time`: its time was up. */
  end: 'all' | 'limit' | 'time' | null;
}

type Asker = (
  signal: AbortSignal,
) => Pick<StoreQueries, 'searchPlan' | 'searchPiece'> | Pick<StoreClientQueries, 'searchPlan' | 'searchPiece'>;

/** Rows of one answer. */
export const rowsAtOnce = 1000;
/** About so many bins for steps. */
const stepBins = 20;

/**
 * @param asking asks the store; what is not wanted any more, because whoever listens has stopped, is abandoned
 * @throws when it is no filter, or what it asks for cannot be sought
 */
export async function* search(asking: Asker, options: SearchOptions): AsyncGenerator<SearchState, void, undefined> {
  const abandoning = new AbortController();
  try {
    yield* found(asking(abandoning.signal), options);
  } finally {
    abandoning.abort(new Error('The search was ended.'));
  }
}

async function* found(ask: ReturnType<Asker>, options: SearchOptions): AsyncGenerator<SearchState, void, undefined> {
  const { filter, runs, limit, sort, counting, facets = [], limitMs = Infinity, atOnce = 1 } = options;
  const deadline = performance.now() + limitMs;
  const plan = await ask.searchPlan(filter, runs);
  const stepWidth = widthOfSteps(plan.pieces);
  const state: SearchState = { plan, rows: [], matched: 0, unknown: 0, seen: 0, facets: {}, stepWidth, end: null };
  let rowCount = 0;
  let best: FoundSolution[] = [];
  const waiting: { piece: SearchPiece; answer: Promise<PieceAnswer> }[] = [];
  const begin = (piece: SearchPiece, from?: PieceCursor): (typeof waiting)[number] => {
    const wanted = sort === undefined ? limit - rowCount : limit;
    const page = { limit: Math.min(wanted, rowsAtOnce), paged: wanted > rowsAtOnce };
    const budgetMs = Math.max(1, Math.min(400, deadline - performance.now()));
    const answer = Promise.resolve(ask.searchPiece(filter, piece, { ...page, sort, from, budgetMs, facets: [...facets], stepWidth }));
    answer.catch(() => undefined); // told to whoever waits for it
    return { piece, answer };
  };
  for (let next = 0; ;) {
    while (waiting.length < atOnce && next < plan.pieces.length) waiting.push(begin(plan.pieces[next++]));
    const first = waiting.shift();
    if (first === undefined) break;
    const answer = await first.answer;
    add(state, answer);
    if (sort === undefined) state.rows = answer.rows.slice(0, limit - rowCount);
    else best = [...best, ...answer.rows].sort((a, b) => byValue(a.sortValue, b.sortValue, sort.descending)).slice(0, limit);
    rowCount += state.rows.length;
    if (answer.next !== null) waiting.unshift(begin(first.piece, answer.next));
    const isLast = waiting.length === 0 && next >= plan.pieces.length;
    if (isLast) break;
    if (!counting && sort === undefined && rowCount >= limit) state.end = 'limit';
    else if (performance.now() > deadline) state.end = 'time';
    if (state.end !== null) break;
    yield { ...state };
    state.rows = [];
  }
  state.end ??= 'all';
  if (sort !== undefined) state.rows = best;
  yield state;
}

function add(state: SearchState, answer: PieceAnswer): void {
  state.matched += answer.matched;
  state.unknown += answer.unknown;
  state.seen += answer.seen;
  for (const [name, counts] of Object.entries(answer.facets) as [FacetName, Map<string, number>][]) {
    const sums = (state.facets[name] ??= new Map<string, number>());
    for (const [value, n] of counts) sums.set(value, (sums.get(value) ?? 0) + n);
  }
}

/** 1, 2, 5, 10, … */
function widthOfSteps(pieces: readonly SearchPiece[]): number {
  let [first, last] = [Infinity, 0];
  for (const piece of pieces) [first, last] = [Math.min(first, piece.firstStep), Math.max(last, piece.lastStep)];
  const least = Math.max(1, (last - first + 1) / stepBins);
  if (!Number.isFinite(least)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((width) => width >= least) ?? 10 * power;
}
