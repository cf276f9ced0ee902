import type { GradeOptions } from './compare/outcome.js';
import { extractAnswer } from './extract/extractAnswer.js';

const boxed = /\\(?:boxed|fbox)(?![a-zA-Z])/;
const formula = /\\\[[^]*?\\\]|\\\([^]*?\\\)|\$\$[^$]*\$\$|\$(?:\\\$|[^$])*\$/g;
/** What may stand beside formulas in an answer that is given plainly: $1$ and $2$, $28$ %, $5$ cm. */
const beside = /^(?:[\s.,;:%°]|\b(?:and|or|percent|pct|percentage)\b|\b[a-z]{1,12}\b(?=\s*$))*$/i;

/**
 * The gold answer of a problem as it compares: golds are plain answers as a rule, but data sets also hold formulas between dollar
 * signs, boxes, and whole solutions.
 */
export function goldParts(gold: string, options: GradeOptions): string | readonly string[] {
  if (!boxed.test(gold) && !stated(gold)) return gold;
  const found = extractAnswer(gold, options);
  if (!found) return gold;
  return found.parts && found.parts.length > 1 ? found.parts.map((p) => p.text) : found.answer;
}

/** A text that speaks around its answer. */
function stated(gold: string): boolean {
  if (gold.length < 30 && !gold.includes('$')) return false;
  if (!formula.test(gold)) return gold.length > 200 || /\banswer\b|####/i.test(gold);
  formula.lastIndex = 0;
  const outside = gold.replace(formula, ' ');
  return !beside.test(outside);
}
