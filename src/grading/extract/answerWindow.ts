import type { Span } from './extraction.js';

/** An answer stands at the end: of a longer text only this much is searched for anything but a box. */
const searched = 20_000;

/** What ends the reasoning of models that think before they answer. */
const thoughtEnds = ['</think>', '</thinking>', '</thought>', '</reasoning>', '◁/think▷'];

/** @returns index behind the end of the reasoning; 0 where there is none */
export function afterThought(text: string): number {
  let end = 0;
  for (const mark of thoughtEnds) {
    const at = text.lastIndexOf(mark);
    if (at >= 0) end = Math.max(end, at + mark.length);
  }
  return end;
}

/** Index where the part to search begins: at a line's start where one is near, so that no formula is cut in two. */
export function tailStart(text: string): number {
  if (text.length <= searched) return 0;
  const cut = text.length - searched;
  const line = text.indexOf('\n', cut);
  return line < 0 || line > cut + searched / 2 ? cut : line;
}

/** Languages of drawings and programs: what they say is no answer. What they print is another matter. */
const program = /^(?:python|py|sympy|sage|asy|asymptote|c|cpp|java|javascript|js|ts|r|julia|matlab|bash|sh)\b/i;

/** Programs and drawings in the text, in order: their numbers and formulas answer nothing. */
export function programs(text: string): Span[] {
  const found: Span[] = [];
  for (const fence of fences(text)) if (program.test(fence.language)) found.push(fence.outer);
  let drawn: number | undefined;
  let from = 0;
  for (const { 0: mark, index } of text.matchAll(/\[\/?asy\]/g)) {
    if (mark === '[asy]') drawn ??= index;
    else {
      // A drawing whose beginning is cut off goes back to where the text begins.
      if (drawn !== undefined || from === 0) found.push([drawn ?? 0, index + mark.length]);
      from = index + mark.length;
      drawn = undefined;
    }
  }
  return found.sort((a, b) => a[0] - b[0]);
}

export interface Fence {
  language: string;
  outer: Span;
  inner: Span;
}

/** Code blocks between lines of three backticks; the last may be open. */
export function fences(text: string): Fence[] {
  const found: Fence[] = [];
  let open: { language: string; at: number; start: number } | undefined;
  const push = (innerEnd: number, end: number): void => {
    if (open) found.push({ language: open.language, outer: [open.at, end], inner: [open.start, Math.max(open.start, innerEnd)] });
  };
  for (const match of text.matchAll(/^[ \t]{0,8}```[ \t]*([\w+-]{0,20})[^\n]*\n?/gm)) {
    const end = match.index + match[0].length;
    const opens = !open || match[1] !== '';
    push(match.index, opens ? match.index : end);
    open = opens ? { language: match[1], at: match.index, start: end } : undefined;
  }
  push(text.length, text.length);
  return found;
}

/** Whether the spans, which are in order and apart, contain the index. */
export function contains(spans: readonly Span[], index: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle][1] <= index) low = middle + 1;
    else high = middle;
  }
  return low < spans.length && spans[low][0] <= index;
}
