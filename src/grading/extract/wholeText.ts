import { clause, isProse } from './answerWords.js';
import type { Context } from './context.js';
import { type Extraction, extraction, type Span, trimmed } from './extraction.js';
import { endOfWords } from './lastSentence.js';
import { balanced } from './undelimited.js';

/** No text that is nothing but an answer is longer. */
const longestAnswer = 500;

/** An answer in words ("no solution") is shorter. */
const longestWords = 40;

/** Words and letters that answer by themselves; a single word does. */
const verdict =
  /^(?:yes|no|true|false|none|undefined|no (?:real )?solutions?|does not exist|infinitely many(?: solutions)?|infinity)$|^[A-Z](?:\s?,\s?[A-Z])*$|^\p{L}{2,}$/iu;

/** The sign before an amount opens no formula. */
const amount = /^[-−]?\s?\\?\$(?=\s?[\d.])/;

/** Rows of an environment are no lines of a text. */
const environment = /\\begin\s?\{(\w{1,12}\*?)\}[^]*?\\end\s?\{\1\}/g;

const namesEnvironment = /\\(?:begin|end)\s?\{\w{1,12}\*?\}/g;

/** ABC in \triangle ABC and of ABC_{16}. */
const points = /(?<![A-Za-z])[A-Z]{2,4}(?![A-Za-z])/g;

/** A mark of a choice or an item: what follows it is read by other rules. */
const item = /^\(?[A-Za-z\d]{1,2}\)\s|^\([A-J]\)|^[A-J][.:]\s|^\d+\.\s/;

/** 3*4=12, 12+5=17: a computation, of which the last value counts. */
const computation = /^[^A-Za-z]*=[^A-Za-z]*[,;][^A-Za-z]*=[^A-Za-z]*$|<<|>>/;

/**
 * The text is nothing but an answer: one line of mathematics without dollars; a few words, where the caller says that answers are
 * graded (`options.extraction`).
 */
export function wholeText(context: Context): Extraction | undefined {
  const { text } = context;
  if (context.choiceOnly || text.length > longestAnswer) return undefined;
  const span = withoutMarks(context);
  if (!span || context.formulas().length > 0) return undefined;
  const body = text.slice(...span);
  if (/[\n$]/.test(body.replace(environment, '').replace(amount, ''))) return undefined;
  if (verdict.test(body) || isAnswerInWords(context, body) || isExpression(context, body)) return extraction(text, span, 'whole text');
  return undefined;
}

/**
 * Without white space, punctuation, an equals sign before it and emphasis or quotes around it. What may belong to the expression stays:
 * the exclamation mark of a factorial, the prime of minutes and derivatives.
 */
function withoutMarks(context: Context): Span | undefined {
  const { text } = context;
  let span = trimmed(text, [/^[\s=≈:：]*/.exec(text)![0].length, endOfWords(context)]);
  for (let before: Span | undefined; span && span !== before;) {
    before = span;
    let [start, end] = span;
    while (end > start && /[\s.,;:，。；：]/.test(text[end - 1]) && text[end - 2] !== '\\') end--;
    const mark = /^(?:\*\*|__|[*_`"“])/.exec(text.slice(start, start + 2))?.[0] ?? '';
    const closing = mark === '“' ? '”' : mark;
    if (mark !== '' && end - start > 2 * mark.length && text.slice(start, end).endsWith(closing))
      [start, end] = [start + mark.length, end - mark.length];
    if (start !== span[0] || end !== span[1]) span = trimmed(text, [start, end]);
  }
  return span;
}

const isAnswerInWords = (context: Context, body: string): boolean => context.given && body.length <= longestWords && !/\d/.test(body);

function isExpression(context: Context, body: string): boolean {
  if (!context.allows('expr') && !/[\\^_{]/.test(body)) return false;
  if (context.given) return !(isProse(body) && /\s/.test(body));
  // In prose a single word or a letter is none, and what a sentence begins or goes on with is no factor.
  if (!/\d|\\[A-Za-z{]|[-+*/^=<>≤≥(|]/.test(body) || item.test(body) || computation.test(body)) return false;
  return (
    !isProse(body.replace(namesEnvironment, '').replace(points, '')) &&
    balanced(body) &&
    !(body.match(/(?<![A-Za-z\\])[A-Za-z]{2,}(?![A-Za-z])/g) ?? []).some((w) => clause.has(w.toLowerCase()))
  );
}
