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
 * Example: SFT and GRPO.
 *
 *     import { clip, exp, min, mul, neg, sub } from '../graph/index.js';
 *
 *     export const sft: TokenObjective = { name: 'sft', inputs: [], loss: (t) => neg(t.logp) };
 *
 *     export const grpo = (epsilon: number, beta: number): TokenObjective => ({
 *       name: 'grpo',
 *       inputs: ['advantage', 'logpOld', 'logpRef'],
 *       loss: (t) => {
 *         const ratio = exp(clip(sub(t.logp, t.logpOld), -maxLogRatio, maxLogRatio));
 *         const surrogate = min(mul(ratio, t.advantage), mul(clip(ratio, 1 - epsilon, 1 + epsilon), t.advantage));
 *         const logRatioRef = clip(sub(t.logpRef, t.logp), -maxLogRatio, maxLogRatio);
 *         const kl = sub(sub(exp(logRatioRef), logRatioRef), 1);
 *         return neg(sub(surrogate, mul(kl, beta)));
 *       },
 *     });
 */
export interface TokenObjective {
  name: string;
  inputs: readonly TokenInput[];
  /** Loss of each token, [T, B], to be minimised. */
  loss(t: TokenNodes): Node;
}
