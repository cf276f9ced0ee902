/** In which order solutions of a group are listed. Pure. */
import type { SolutionSummary } from '../../../src/store/views.js';

export const orders = ['advantage', 'length', 'sampled'] as const;
export type Order = (typeof orders)[number];

const descending = (a: number | null, b: number | null): number => (b ?? -Infinity) - (a ?? -Infinity) || 0;

/** Largest first (of advantage, then reward; or of length); ties stay in sampling order. */
export function ordered(solutions: readonly SolutionSummary[], order: Order): SolutionSummary[] {
  const by: Record<Order, (a: SolutionSummary, b: SolutionSummary) => number> = {
    advantage: (a, b) => descending(a.advantage, b.advantage) || descending(a.reward, b.reward) || a.index - b.index,
    length: (a, b) => b.tokens - a.tokens || a.index - b.index,
    sampled: (a, b) => a.index - b.index,
  };
  return [...solutions].sort(by[order]);
}
