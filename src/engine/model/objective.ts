import type { Node } from '../graph/index.js';

/** Per-token inputs a method may ask for beside log π_θ. */
export type TokenInput = 'advantage' | 'logpOld' | 'logpRef';

/** Nodes [T, B], one element per token; positions outside the responses hold zeros and weigh nothing. */
export type TokenNodes = Readonly<Record<'logp' | TokenInput, Node>>;

/**
 * A method's loss of one token as a graph expression; the trainer supplies log π_θ(o_t | q, o_<t) and the inputs asked for,
 * multiplies by each token's weight and sums. Settings (ε, β) are constants of the expression.
 * Build an objective once per run: its graphs are compiled at its first update and kept by identity.
 *
 * Example, supervised learning that ignores tokens the reference already gives 90 %:
 *
 *     const objective: TokenObjective = {
 *       name: 'sft-unknown',
 *       inputs: ['logpRef'],
 *       loss: ({ logp, logpRef }) => mul(neg(logp), atMost(logpRef, Math.log(0.9))),
 *     };
 */
export interface TokenObjective {
  name: string;
  inputs: readonly TokenInput[];
  /** Loss of each token, [T, B], to be minimised. */
  loss(t: TokenNodes): Node;
}
