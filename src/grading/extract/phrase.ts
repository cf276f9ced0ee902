import { choiceAt } from './choiceLetters.js';
import type { Context } from './context.js';
import { type Piece, plainPiece, type Span, trimEnds } from './extraction.js';
import { numeral, sentenceEnd, unitEnd } from './numbers.js';
import { formulasAt, lastValue } from './values.js';
import { clause, isProse } from './answerWords.js';

/** What may stand between a marker and the answer. */
const lead = /(?:[\s:：*_>"“`=}]|\\n|(?:is|are|为|是)(?=[\s:：]))*/y;
const longestLead = 60;

const denial = /^(?:not|n't|wrong|incorrect|given|found|obtained|written|the same|in the form|clear|as follows|to be|unknown|不|错)\b/i;
const number = new RegExp(String.raw`(?:[-+−±]\s?)?(?:\\?[$£€¥₹]\s?)?(?:[-−])?${numeral}`, 'y');
/** A word that answers by itself, whatever reasons follow it. */
const verdict = /^(?:yes|no|true|false|none|neither|both)(?=\s*[.,;:!]|$)/i;
/** A few words before a reason: "no solution because …". */
const reasoned = /^((?:[A-Za-z'-]+\s+){1,4}?)(?:because|since|as|due)\s/i;
const operatorFollows = /^\s*(?:[+×·÷^=≈(\\]|\*(?!\*)|[-−/](?=\s?[\d(a-z]))|^[A-Za-z](?![A-Za-z])/;

/** A statement in words is an answer when it is short ("no solution"). */
const mostWords = 6;
const longestPhrase = 600;

/**
 * What a marker such as "the answer is" states: the formulas, number, choice or expression that follows it; in a sentence
 * ("Final answer: the number of pages is 19") its last value.
 * @param from behind the marker
 * @returns the answer's parts; undefined when the statement holds none
 */
export function statedAt(context: Context, from: number): Piece[] | undefined {
  const { text } = context;
  lead.lastIndex = from;
  const gap = lead.exec(text)![0];
  if (gap.length > longestLead) return undefined;
  const start = from + gap.length;
  if (denial.test(text.slice(start, start + 20))) return undefined;
  const choice = context.allows('string') ? choiceAt(text, start) : undefined;
  if (choice) return [plainPiece(choice)];
  if (context.choiceOnly) return undefined;
  if (context.allows('latex')) {
    const listed = formulasAt(context, start);
    if (listed.length > 0) return listed;
  }
  const end = endOf(context, start);
  // A Chinese comma before words begins a clause, before a number it goes on with a list.
  const comma = text.slice(start, end).search(/[，；][ \t]*[一-鿿]/);
  const phrase = trimEnds(text, [start, comma > 0 ? start + comma : end]);
  if (!phrase) return undefined;
  if (!context.allows('expr')) return lastValue(context, start, end)?.pieces;
  return plain(context, phrase, end, gap.includes('\n'));
}

/** A statement without formulas at its head. @param below it stands on a line below its marker */
function plain(context: Context, [start, last]: Span, end: number, below: boolean): Piece[] | undefined {
  const { text } = context;
  const phrase = text.slice(start, last);
  if (!isProse(phrase) && !/\$[^$]*\$/.test(phrase) && phrase.length <= longestPhrase) return [plainPiece([start, last])];
  const word = verdict.exec(phrase);
  if (word) return [plainPiece([start, start + word[0].length])];
  const head = reasoned.exec(phrase)?.[1].trimEnd();
  if (head !== undefined) return [plainPiece([start, start + head.length])];
  number.lastIndex = start;
  const digits = number.exec(text)?.[0];
  if (digits !== undefined) {
    const behind = start + digits.length;
    const stop = operatorFollows.test(text.slice(behind, behind + 6))
      ? expressionEnd(text, start, last)
      : Math.min(unitEnd(text, behind), last);
    const answer = trimEnds(text, [start, stop]);
    return answer && [plainPiece(answer)];
  }
  const value = lastValue(context, start, end);
  if (value) return value.pieces;
  if (below || /\d/.test(phrase)) return undefined;
  const short = trimEnds(text, [start, clauseAt(text, start, last)]);
  return short && text.slice(...short).split(/\s+/).length <= mostWords ? [plainPiece(short)] : undefined;
}

/** The sentence's end, full stops inside formulas left aside. */
function endOf(context: Context, start: number): number {
  let at = start;
  for (;;) {
    const end = sentenceEnd(context.text, at);
    const formula = context.allows('latex') ? context.formulaFrom(end) : undefined;
    if (!formula || formula.outer[0] > end) return end;
    at = formula.outer[1];
  }
}

/** Where the first word begins that is no mathematics. */
function expressionEnd(text: string, start: number, end: number): number {
  for (const word of text.slice(start, end).matchAll(/(?<![\\A-Za-z])[A-Za-z]{2,}/g)) {
    if (clause.has(word[0].toLowerCase()) || isProse(word[0])) return start + word.index;
  }
  return end;
}

/** Where the first clause of its own begins, behind the first word. */
function clauseAt(text: string, start: number, end: number): number {
  for (const word of text.slice(start, end).matchAll(/[A-Za-z]+|[,;，；(（]/g)) {
    if (word.index > 0 && (clause.has(word[0].toLowerCase()) || !/[A-Za-z]/.test(word[0]))) return start + word.index;
  }
  return end;
}
