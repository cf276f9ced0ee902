import { connects } from './connectives.js';
import { type Extraction, joined, type Span, trimmed } from './extraction.js';

interface Box {
  /** From the backslash to behind the closing brace. */
  outer: Span;
  inner: Span;
  closed: boolean;
}

/** Of very many boxes the last are looked at. */
const mostBoxes = 64;
/** An answer is not longer. */
const longestContent = 10_000;

/** What a prompt or a plan writes into a box that is still to be filled. */
const placeholder = /^(?:\.{2,}|…|\\l?dots|(?:\\text\s?\{)?(?:your |the |final )*answer(?: here)?\}?|\?+|_+)$/i;

/**
 * Content of the last `\boxed` or `\fbox`, together with the boxes close before it ("… and …"). A box that is never closed
 * counts only where no closed one is.
 */
export function boxed(text: string): Extraction | undefined {
  const boxes = lastBoxes(text);
  const closed = boxes.filter((b) => b.closed);
  const last = closed.at(-1);
  if (!last) {
    const unclosed = boxes.at(-1);
    return unclosed && joined(text, [unclosed.inner], 'unclosed \\boxed');
  }
  let first = closed.length - 1;
  while (first > 0 && follows(text, closed[first - 1], closed[first])) first--;
  const spans = closed.slice(first).map((b) => b.inner);
  // An answer said twice is one answer.
  if (new Set(spans.map((s) => text.slice(...s).replace(/\s/g, ''))).size === 1) return joined(text, [last.inner], '\\boxed');
  return joined(text, spans, 'several \\boxed');
}

const follows = (text: string, a: Box, b: Box): boolean => a.outer[1] <= b.outer[0] && connects(text.slice(a.outer[1], b.outer[0]));

/** In the order of the text; empty ones and ones to be filled left out. */
function lastBoxes(text: string): Box[] {
  const boxes: Box[] = [];
  let before = text.length;
  for (let tried = 0; tried < mostBoxes && before > 0; tried++) {
    const at = Math.max(text.lastIndexOf('\\boxed', before - 1), text.lastIndexOf('\\fbox', before - 1));
    if (at < 0) break;
    before = at;
    const box = readBox(text, at);
    if (box) boxes.push(box);
  }
  return boxes.reverse();
}

const opening = /\\(?:boxed|fbox)(?![A-Za-z])\s{0,4}(\{?)/y;

function readBox(text: string, at: number): Box | undefined {
  opening.lastIndex = at;
  const open = opening.exec(text);
  if (!open) return undefined;
  const start = at + open[0].length;
  const close = open[1] === '' ? undefined : closingBrace(text, start);
  const end = close ?? formulaEnd(text, start);
  const inner = trimmed(text, close === undefined ? [start, withoutStop(text, start, end)] : [start, end]);
  if (!inner || placeholder.test(text.slice(inner[0], Math.min(inner[1], inner[0] + 40)))) return undefined;
  return { outer: [at, close === undefined ? end : end + 1], inner, closed: close !== undefined || open[1] === '' };
}

/** Index of the brace that closes what is open at `start`; escaped braces do not count. */
function closingBrace(text: string, start: number): number | undefined {
  const limit = Math.min(text.length, start + longestContent);
  let depth = 1;
  for (let i = start; i < limit; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return i;
  }
  return undefined;
}

/** Where the formula or the line ends. */
function formulaEnd(text: string, start: number): number {
  const ends = /\n|\$|\\[)\]]|<\|/g;
  ends.lastIndex = start;
  return Math.min(ends.exec(text)?.index ?? text.length, start + longestContent);
}

function withoutStop(text: string, start: number, end: number): number {
  let e = end;
  while (e > start && /[\s.,;]/.test(text[e - 1])) e--;
  return e;
}
