import { isMathematics } from './currency.js';
import { type Piece, type Span, trimmed } from './extraction.js';
import { lastLine } from './lastLine.js';

/** `inner`: its content; of an environment of several lines the last one. */
export type Formula = Piece;

const environments = '(?:align|aligned|alignat|gather|gathered|equation|eqnarray|multline|split|math|displaymath)\\*?';
/** Everything that may open or close a formula. An escaped dollar is none. */
const delimiters = new RegExp(String.raw`\\\\|\\\$|\$\$|\$|\\[()[\]]|\\(begin|end)\s?\{(${environments})\}|\n[ \t]*\n`, 'g');

const percent = /\s?(?:\\?%|percent(?!a)|per cent|pct)/iy;

const closes = new Map(Object.entries({ $: '$', $$: '$$', '\\(': '\\)', '\\[': '\\]' }));

/**
 * The formulas of a text, in order: $…$, $$…$$, \(…\), \[…\] and environments of equations. Amounts of money are none.
 * One pass, linear.
 */
export function formulas(text: string): Formula[] {
  const found: Formula[] = [];
  let open: { token: string; at: number; start: number } | undefined;
  const close = (start: number, end: number, outer: Span): void => {
    const inner = content(text, start, end);
    if (!inner) return;
    percent.lastIndex = outer[1];
    const sign = percent.exec(text)?.[0].length ?? 0;
    // "$28$ %": the per cent belongs to the value.
    found.push(sign === 0 ? { outer, inner } : { outer: [outer[0], outer[1] + sign], inner: [inner[0], outer[1] + sign] });
  };
  for (const match of text.matchAll(delimiters)) {
    const [token] = match;
    const [, kind, name] = match as (string | undefined)[];
    const at = match.index;
    const after = at + token.length;
    if (token === '\\\\' || token === '\\$') continue;
    if (token.startsWith('\n')) {
      // Inline mathematics stays within its paragraph.
      if (open?.token === '$' || open?.token === '\\(') open = undefined;
    } else if (!open) {
      if (kind !== 'end' && token !== '\\)' && token !== '\\]') open = { token: name ?? token, at, start: after };
    } else if (kind === 'end' ? name === open.token : token === closes.get(open.token)) {
      if (open.token !== '$' || isMathematics(text.slice(open.start, at), text[after])) {
        close(open.start, at, [open.at, after]);
        open = undefined;
      } else open = { token, at, start: after };
    } else if (open.token === '$' && token === '$$') {
      // Two formulas that touch: the first half closes, the second opens.
      if (isMathematics(text.slice(open.start, at), undefined)) close(open.start, at, [open.at, at + 1]);
      open = { token: '$', at: at + 1, start: after };
    } else if (open.token === '$' && (token === '\\(' || token === '\\[')) {
      // A dollar before other delimiters is money.
      open = { token, at, start: after };
    }
  }
  return found;
}

function content(text: string, start: number, end: number): Span | undefined {
  const [from, to] = lastLine(text, start, end);
  const whole = trimmed(text, [from, to]);
  if (!whole) return undefined;
  let last = whole[1];
  while (last > whole[0] && /[\s.,;:]/.test(text[last - 1]) && text[last - 2] !== '\\') last--;
  return trimmed(text, [whole[0], last]);
}
