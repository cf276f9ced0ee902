/** The worst tokens of a part of a run, piece by piece, told as it goes on. */
import { areOfTwoTemperatures } from '../core/logpTemperature.js';
import { TopK } from '../core/topK.js';
import type { TokenMeasure } from '../core/worstTokens.js';
import type { StoreClientQueries, StoreQueries } from './questions.js';
import type { TokenCursor, TokenPiece, TokenScope, WorstToken, WorstTokens } from './views.js';

export interface WorstTokensOptions {
  by: TokenMeasure;
  /** Tokens that are wanted: 500 at most. */
  top: number;
  /** How long it may take, milliseconds. */
  limitMs?: number;
}

/** How long one answer of the store takes, milliseconds: about as often it is told how far it is. */
const pieceMs = 400;

type Ask = Pick<StoreQueries, 'tokenPlan' | 'tokenPiece'> | Pick<StoreClientQueries, 'tokenPlan' | 'tokenPiece'>;

/**
 * What is listed does not depend on how the traces are cut into pieces. Memory: the tokens that are listed, and one trace.
 * @returns null, once, when there is no such run
 */
export async function* worstTokens(
  ask: Ask,
  run: string,
  scope: TokenScope,
  { by, top, limitMs = Infinity }: WorstTokensOptions,
): AsyncGenerator<WorstTokens | null, void, undefined> {
  const deadline = performance.now() + limitMs;
  const plan = await ask.tokenPlan(run, scope);
  if (plan === null) {
    yield null;
    return;
  }
  const state: WorstTokens = { by, plan, rows: [], read: 0, lacking: 0, unreadable: 0, tokens: 0, masked: 0, unknown: 0, end: null };
  // Which traces tell KL is known before one is read: the others are not.
  if (by === 'kl') state.lacking = plan.traces - plan.withKl;
  if (by === 'sampler' && areOfTwoTemperatures(plan.logpTemperatures)) {
    yield { ...state, end: 'temperatures' };
    return;
  }
  const best = new TopK<WorstToken>(top);
  for (let after: TokenCursor | null | undefined = undefined; state.end === null;) {
    const budgetMs = Math.max(1, Math.min(pieceMs, deadline - performance.now()));
    const piece: TokenPiece = await ask.tokenPiece(run, scope, {
      by,
      top,
      floor: Math.max(0, best.floor),
      ...(after && { after }),
      budgetMs,
    });
    for (const row of piece.rows) best.add(row.badness, () => row);
    for (const key of ['read', 'lacking', 'unreadable', 'tokens', 'masked', 'unknown'] as const) state[key] += piece[key];
    after = piece.next;
    state.end = after === null ? 'all' : performance.now() > deadline ? 'time' : null;
    yield { ...state, rows: best.sorted };
  }
}
