import type { SampledSolution } from './samples.js';
import { stepBoundaries } from '../core/stepBoundaries.js';

/** The last token of each step of a solution (0-based, ascending); the last step ends with the last token, whatever it is. */
export function stepEnds({ text, ends }: Pick<SampledSolution, 'text' | 'ends'>): number[] {
  const inner = stepBoundaries(text)
    .slice(0, -1)
    .map((boundary) => ends.findIndex((end) => end >= boundary));
  return [...new Set([...inner, ends.length - 1])];
}
