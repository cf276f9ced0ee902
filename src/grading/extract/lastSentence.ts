import { programs } from './answerWindow.js';
import { clause } from './answerWords.js';
import type { Context } from './context.js';
import type { Span } from './extraction.js';

/** Words after which a sentence goes on, beside those that begin a clause. */
const dangling = new Set(
  'a an the and or to be by not her his its their our my your each per plus minus times let next first second then now also'.split(' '),
);

/** What is said behind an answer and says nothing of it. */
const courtesy =
  /\b(?:hope|thanks?|thank you|let me know|feel free|correct|good luck|welcome|any (?:other |more |further )?questions?|q\.?\s?e\.?\s?d|done|you're right)\b|^[\s■□∎*_`#>-]*$/i;

/** Of a text that ends in many short sentences so many are looked at. */
const looked = 4;

/**
 * The last sentence of a text, where an answer stands that nothing marks: courtesies, marks of the end, programs and drawings behind
 * it left out. A line is a sentence of its own unless the next one goes on in small letters; a full stop inside a formula ends none.
 * @returns undefined where the text breaks off: then nothing in it was meant to be the last word
 */
export function lastSentence(context: Context): Span | undefined {
  const { text } = context;
  let end = endOfWords(context);
  if (breaksOff(text.slice(0, end))) return undefined;
  for (let n = 0; n < looked && end > 0; n++) {
    const start = sentenceStart(context, end);
    const sentence = text.slice(start, end);
    if (/\d/.test(sentence) || !courtesy.test(sentence)) return [start, end];
    end = text.slice(0, start).trimEnd().length;
  }
  return undefined;
}

/** Index behind the last word: without programs, drawings, tokens of a template and white space at the end. */
export function endOfWords({ text }: Context): number {
  let end = text.length;
  const blocks = programs(text);
  for (;;) {
    const before = end;
    end = text.slice(0, end).trimEnd().length;
    const token = /(?:<\|[^|<>\s]{1,40}\|>|<\/?s>|<eos>)$/.exec(text.slice(Math.max(0, end - 48), end));
    if (token) end -= token[0].length;
    const last = blocks.at(-1);
    if (last && last[1] >= end && last[0] < end) {
      blocks.pop();
      end = last[0];
    }
    if (end === before) return end;
  }
}

/** An operator, an open bracket or a word that another must follow is no end. */
function breaksOff(text: string): boolean {
  const end = text.slice(-40);
  if (/[=+×·÷^<([{,，、:：]$|(?<![*_])[*_/]$|(?:^|\s)[-−]$/.test(end)) return true;
  const word = /[^A-Za-z\\]([A-Za-z']+)$/.exec(end)?.[1].toLowerCase();
  return (
    word !== undefined &&
    (dangling.has(word) || (clause.has(word) && !/^(?:left|remaining|altogether|total|ago|have|in|there|it|them|i|had)$/.test(word)))
  );
}

const boundary = /\n[ \t]*\n|\n(?![ \t]*[a-z])|[.!?](?=\s)|[。！？]/g;

/** Behind the last end of a sentence before `end`; ends inside formulas are none. */
function sentenceStart(context: Context, end: number): number {
  const { text } = context;
  const from = Math.max(0, end - 4_000);
  let start = from;
  for (const { 0: mark, index } of text.slice(from, end).matchAll(boundary)) {
    const at = from + index;
    const behind = at + mark.length;
    if (text.slice(behind, end).trim() === '') continue;
    const formula = context.allows('latex') ? context.formulaFrom(at) : undefined;
    if (formula && formula.outer[0] <= at) continue;
    start = behind;
  }
  return start;
}
