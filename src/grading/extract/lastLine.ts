import type { Span } from './extraction.js';

const lined = '(?:align|aligned|alignat|gather|gathered|eqnarray|multline|split)\\*?';
const opensInside = new RegExp(String.raw`\\begin\s?\{${lined}\}`, 'g');
const opensBefore = new RegExp(String.raw`\\begin\s?\{${lined}\}$`);
const structure = /\\\\(?:\[[^\]\n]{0,10}\])?|\\(?:begin|end)(?![A-Za-z])|\\[{}]|[{}]/g;

/**
 * Of a derivation in lines (`align` and its kin, whole or inside a formula) the last line that says something, without the
 * sign of alignment before it; any other formula as it is. Rows of matrices and cases are no lines.
 */
export function lastLine(text: string, start: number, end: number): Span {
  const content = text.slice(start, end);
  // Most formulas are one line: seen without a search.
  if (text[start - 1] !== '}' && !content.includes('\\begin')) return [start, end];
  const inside = [...content.matchAll(opensInside)].at(-1);
  if (!inside && !opensBefore.test(text.slice(Math.max(0, start - 20), start))) return [start, end];
  const from = start + (inside ? inside.index + inside[0].length : 0);
  const lines = linesOf(text, from, end);
  for (const [a, b] of lines.reverse()) {
    const lead = /^[\s&=]*/.exec(text.slice(a, b))![0].length;
    if (a + lead < b) return [a + lead, b];
  }
  return [start, end];
}

/** Split at the line breaks of the environment itself; what follows its end is cut off. */
function linesOf(text: string, from: number, to: number): Span[] {
  const lines: Span[] = [];
  let depth = 0;
  let start = from;
  for (const { 0: token, index } of text.slice(from, to).matchAll(structure)) {
    if (token === '{' || token.startsWith('\\b')) depth++;
    else if (token === '}') depth--;
    else if (token.startsWith('\\e') && depth-- <= 0) return [...lines, [start, from + index]];
    else if (token.startsWith('\\\\') && depth <= 0) {
      lines.push([start, from + index]);
      start = from + index + token.length;
    }
  }
  return [...lines, [start, to]];
}
