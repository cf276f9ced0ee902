import type { SampledSolution } from './samples.js';
import { stepBoundaries } from '../core/stepBoundaries.js';

/** The last token of each step of a solution (0-based, ascending); the last step ends with the last token, whatever it is. */
export function stepEnds({ text, ends }: Pick<SampledSolution, 'text' | 'ends'>): number[] {
  const last = ends.length - 1;
  let token = 0;
  const inner = stepBoundaries(text)
    .slice(0, -1)
    .map((boundary) => {
      while (token < last && ends[token] < boundary) token++;
      return token;
    });
  return [...new Set([...inner, last])];
}
