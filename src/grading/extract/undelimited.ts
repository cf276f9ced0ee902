import { clause, isProse } from './answerWords.js';
import { type Span, trimEnds } from './extraction.js';

/** Commands of mathematics by name: a backslash may also come from a line break that was escaped twice. */
const command =
  /\\(?:[dtc]?frac|sqrt|surd|[dt]?binom|pi|infty|times|cdot|div|pm|mp|left|right|begin|log|ln|exp|sin|cos|tan|cot|geq?|leq?|neq?|in|cup|cap|overline|sum|prod|int|lim|lfloor|lceil|theta|alpha|beta|gamma|lambda|mu|phi|omega|mathbb|mathrm|text)(?![A-Za-z])/g;

const texts = /\\(?:text\w{0,2}|mathrm|mbox|operatorname)\s?\{[^{}]{0,200}\}/g;

/** Words are looked at so far to either side. */
const nearby = 500;

/**
 * The last expression in LaTeX that stands in [from, to) of a text without delimiters: "so it is 4\sqrt{2} in all". It reaches to the
 * words around it.
 * @param skip whether an index belongs to something else (a formula with delimiters, a program)
 * @returns 'broken' where its brackets do not close: then it was cut off, and no part of it is an answer
 */
export function undelimited(text: string, from: number, to: number, skip: (index: number) => boolean): Span | 'broken' | undefined {
  const part = text.slice(from, to);
  if (!part.includes('\\')) return undefined;
  const at = [...part.matchAll(command)].map((m) => from + m.index).findLast((i) => !skip(i));
  if (at === undefined) return undefined;
  const left = Math.max(from, at - nearby);
  const masked = text.slice(left, Math.min(to, at + nearby)).replace(texts, (t) => '0'.repeat(t.length));
  let [start, end] = [left, left + masked.length];
  for (const { 0: word, index } of masked.matchAll(/[^\s,;:]+[,;:]?/g)) {
    if (!isWord(word)) continue;
    const place = left + index;
    if (place + word.length <= at) start = place + word.length;
    else if (place > at) {
      end = place;
      break;
    }
  }
  const span = trimEnds(text, [start, end]);
  return span && (balanced(text.slice(...span)) ? span : 'broken');
}

const isWord = (word: string): boolean => {
  const bare = word.replace(/^[^A-Za-z\\]+|[^A-Za-z}]+$/g, '').toLowerCase();
  return isProse(word) || (bare.length > 1 && clause.has(bare)) || /^[aI]$/.test(word);
};

/** Brackets close, whatever their shape (`[0, 1)`), and so do braces. */
export function balanced(text: string): boolean {
  let [depth, braces] = [0, 0];
  for (const [c] of text.matchAll(/\\[{}]|[()[\]{}]/g)) {
    if (c === '{') braces++;
    else if (c === '}') braces--;
    else depth += /[([]|\\\{/.test(c) ? 1 : -1;
    if (braces < 0) return false;
  }
  return braces === 0 && depth === 0;
}
