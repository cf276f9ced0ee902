import { connects } from './connectives.js';
import { type Extraction, joined, type Piece, trimmed } from './extraction.js';

/** `outer`: from the backslash to behind the closing brace. */
interface Box extends Piece {
  closed: boolean;
}

/** Of very many boxes the last are looked at. */
const mostBoxes = 64;
/** An answer is not longer. */
const longestContent = 4000;

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
    return unclosed && joined(text, [unclosed], 'unclosed \\boxed');
  }
  let first = closed.length - 1;
  while (first > 0 && follows(text, closed[first - 1], closed[first])) first--;
  const together = closed.slice(first);
  // An answer said twice is one answer.
  if (new Set(together.map((b) => text.slice(...b.inner).replace(/\s/g, ''))).size === 1) return joined(text, [last], '\\boxed');
  return joined(text, together, 'several \\boxed');
}

const follows = (text: string, a: Box, b: Box): boolean => a.outer[1] <= b.outer[0] && connects(text.slice(a.outer[1], b.outer[0]));

/** In the order of the text; empty ones and ones to be filled left out. */
function lastBoxes(text: string): Box[] {
  const boxes: Box[] = [];
  const next = ['\\boxed', '\\fbox'].map((command) => ({ command, at: text.lastIndexOf(command) }));
  for (let tried = 0; tried < mostBoxes; tried++) {
    const last = next[0].at > next[1].at ? next[0] : next[1];
    if (last.at < 0) break;
    const box = readBox(text, last.at);
    const after = boxes.at(-1);
    if (box) boxes.push(box);
    // Nothing before a closed box matters that does not connect with it.
    if (box && after?.closed && !(box.closed && follows(text, box, after))) break;
    last.at = last.at === 0 ? -1 : text.lastIndexOf(last.command, last.at - 1);
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
  const end = close ?? (open[1] === '' && /\d/.test(text[start] ?? '') ? tokenEnd(text, start) : formulaEnd(text, start));
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
  const rest = text.slice(start, start + longestContent);
  const end = rest.search(/\n|\$|\\[)\]]|<\|/);
  return start + (end < 0 ? rest.length : end);
}

/** TeX boxes one character when there are no braces; people mean the number. */
function tokenEnd(text: string, start: number): number {
  const end = text.slice(start, start + longestContent).search(/[\s$\\]/);
  return end < 0 ? Math.min(text.length, start + longestContent) : start + end;
}

function withoutStop(text: string, start: number, end: number): number {
  let e = end;
  while (e > start && /[\s.,;]/.test(text[e - 1])) e--;
  return e;
}
