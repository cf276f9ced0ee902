import { mul, paired, sum, type Node } from '../graph/index.js';

/** Per-token inputs an objective may ask for beside what the model says. */
export const tokenInputs = ['advantage', 'logpOld', 'logpRef', 'label'] as const;
export type TokenInput = (typeof tokenInputs)[number];

/**
 * Nodes [T, B], one element per token; positions outside the responses hold zeros and weigh nothing.
 * `response` is 1 where a token counts as the sequence's own, else 0.
 */
export type TokenNodes = Readonly<Record<TokenInput | 'response', Node>>;

/** @typeParam Said what the model says of each token: `logp` (log π_θ(o_t | q, o_<t)) of a policy, `value` of a scalar model. */
interface Objective<Name extends 'logp' | 'value'> {
  name: string;
  inputs: readonly TokenInput[];
  /** Loss of each token, [T, B] or [1, B] (the same for all of a sequence), to be minimised. */
  loss(t: TokenNodes & Readonly<Record<Name, Node>>): Node;
}

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
export type TokenObjective = Objective<'logp'>;

/** The same for a scalar model: a critic's or a reward model's loss. */
export type ValueObjective = Objective<'value'>;

/** Σ over a sequence's own tokens: [T, B] → [1, B]. */
export const overSequence = (x: Node, response: Node): Node => sum(mul(x, response), [0]);

/** What stands at the other sequence of each pair, [1, B] → [1, B]. Only in batches of pairs. */
export const partnerOf = (x: Node): Node => paired(x, x.graph.input('partner', ['B'], 'int64'));
