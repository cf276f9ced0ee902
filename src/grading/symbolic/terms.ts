import { isFunction, type Expression } from '@cortex-js/compute-engine';
import { largest } from '../../core/extremes.js';

/** Terms of a finite sum or product, nested ones multiplied. */
export const mostTerms = 10_000;

/** Whether adding up a finite sum or product would take too many steps. An endless series has its own ways. */
export const tooManyTerms = (expression: Expression): boolean => terms(expression) > mostTerms;

function terms(e: Expression): number {
  if (!isFunction(e)) return 1;
  const inside = largest(e.ops.map(terms), 1);
  if (e.operator !== 'Sum' && e.operator !== 'Product') return inside;
  return e.ops.reduce((product, op) => product * span(op), inside);
}

/** How many values the index of a sum takes: `["Limits", index, from, to]`. */
function span(limits: Expression): number {
  if (!isFunction(limits, 'Limits')) return 1;
  const [from, to] = [limits.ops[1]?.N().re, limits.ops[2]?.N().re];
  return Number.isFinite(to - from) ? Math.max(1, to - from + 1) : 1;
}
