import { compareAnswers, type Comparison } from './compare/compareAnswers.js';
import type { GradeOptions } from './compare/outcome.js';
import { extractAnswer } from './extract/extractAnswer.js';
import type { ExtractOptions } from './extract/extraction.js';
import { goldParts } from './gold.js';

export { compareAnswers, type Comparison } from './compare/compareAnswers.js';
export type { GradeOptions } from './compare/outcome.js';

/** Name and version of this checker; it stands with every accuracy. Raise the version with any change of verdicts. */
export const checker = 'grpo-lab 4';

/**
 * What the built-in checker finds out about a solution. Written into an event it is a `Grade` (protocol/events.ts), which other
 * checkers give, too.
 */
export interface GradeResult {
  /** undecided: the checker cannot tell, within its limits. Only `equal` counts as correct. */
  verdict: 'equal' | 'different' | 'undecided';
  answer: string | null;
  /** [start, end) of the answer in the solution's text, UTF-16 code units. */
  span: [number, number] | null;
  extraction: string | null;
  rule: string;
  checker: string;
  /** Both sides as the checker understood them, in LaTeX. */
  normal: Comparison['normal'];
  /** Why it is undecided. */
  reason?: string;
  /** Two LaTeX expressions that computer algebra could still decide. */
  open?: Comparison['open'];
  /** Time it took, in milliseconds. */
  ms: number;
}

/**
 * Finds a solution's final answer and compares it with the gold answer. Never throws; time is linear in the text's length, and
 * limited for the comparison.
 * @param solution untrusted model output
 * @param gold an answer (`47`, `\frac{3}{4}`, `[1, 2)`), or a text that states one
 */
export function gradeSolution(solution: string, gold: string, options: GradeOptions & ExtractOptions = {}): GradeResult {
  const start = performance.now();
  const found = extractAnswer(solution, options);
  if (!found) {
    const normal = { answer: null, gold: null };
    return {
      verdict: 'different',
      answer: null,
      span: null,
      extraction: null,
      rule: 'no answer found',
      checker,
      normal,
      ms: performance.now() - start,
    };
  }
  const parts = found.parts && found.parts.length > 1 ? found.parts.map((p) => p.text) : found.answer;
  const comparison = compareAnswers(parts, goldParts(gold, options), options);
  const { answer, span, rule: extraction } = found;
  return { ...comparison, answer, span, extraction, checker, ms: performance.now() - start };
}
