import type { GradeOptions } from './compare/outcome.js';
import { extractAnswer } from './extract/extractAnswer.js';

const boxed = /\\(?:boxed|fbox)(?![a-zA-Z])/;
const formula = /\\\[[^]*?\\\]|\\\([^]*?\\\)|\$\$[^$]*\$\$|\$(?:\\\$|[^$])*\$/g;

/** As many words beside formulas make a text that speaks around its answer: `$1$ and $2$`, `$5$ square cm` do not. */
const speaking = 4;

/**
 * The gold answer of a problem as it compares: golds are plain answers as a rule, but data sets also hold formulas between dollar
 * signs, boxes, and whole solutions.
 */
export function goldParts(gold: string, options: GradeOptions): string | readonly string[] {
  if (!boxed.test(gold) && !speaks(gold)) return gold;
  const found = extractAnswer(gold, options);
  if (!found) return gold;
  return found.parts && found.parts.length > 1 ? found.parts.map((p) => p.text) : found.answer;
}

function speaks(gold: string): boolean {
  if (/####(?!#)/.test(gold)) return true;
  if (gold.length < 30) return false;
  if (/\banswer\b/i.test(gold)) return true;
  const outside = gold.replace(formula, ' ');
  if (outside === gold) return false;
  return (outside.replace(/\\[a-zA-Z]+(?:\{[^{}]*\})?/g, ' ').match(/[A-Za-z]{2,}/g)?.length ?? 0) >= speaking;
}
