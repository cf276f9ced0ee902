import { boxed } from './boxes.js';
import { choiceAt, lastChoice } from './choiceLetters.js';
import { codeOutput } from './codeOutput.js';
import { Context } from './context.js';
import { type Extraction, extraction, type ExtractOptions, joined, trimmed } from './extraction.js';
import { hashed, stated, tagged } from './statements.js';
import { lastValue } from './values.js';
import { afterThought, tailStart } from './answerWindow.js';
import { isProse } from './answerWords.js';

/**
 * The final answer of a solution: the last one stated by an explicit convention, the surer convention first, otherwise the
 * last formula or number that stands for itself. Behind the end of a reasoning (`</think>`) only that part counts, when it
 * holds an answer. Linear in the text's length; of a long text only the end is searched. Never throws.
 * @param text untrusted model output, or the answer alone (say so by `options.extraction`)
 */
export function extractAnswer(text: string, options: ExtractOptions = {}): Extraction | undefined {
  const thought = afterThought(text);
  const final = thought < text.length ? within(text, thought, text.length, options) : undefined;
  return final ?? (thought > 0 ? within(text, 0, thought, options) : undefined);
}

function within(text: string, from: number, to: number, options: ExtractOptions): Extraction | undefined {
  const part = from === 0 && to === text.length ? text : text.slice(from, to);
  const cut = tailStart(part);
  const tail = new Context(cut === 0 ? part : part.slice(cut), options);
  const box = () => shifted(boxOf(part, tail), from);
  const inTail = (find: (context: Context) => Extraction | undefined) => shifted(find(tail), from + cut);
  if (options.convention === 'tool') {
    const output = codeOutput(tail.text);
    if (output) return behind(text, from + cut + output.end, to, options) ?? shifted(output.printed, from + cut);
  }
  const hashAnswer = options.convention === 'gsm8k' ? inTail(hashed) : undefined;
  return (
    hashAnswer ??
    box() ??
    inTail(tagged) ??
    inTail(stated) ??
    inTail(printedLast) ??
    (options.extraction && inTail(wholeText)) ??
    inTail(lastOf)
  );
}

/** An answer that is stated, not only found, behind a program's output. */
function behind(text: string, from: number, to: number, options: ExtractOptions): Extraction | undefined {
  const part = text.slice(from, to);
  const context = new Context(part.slice(0, 20_000), options);
  return shifted(boxOf(part, context) ?? tagged(context) ?? stated(context), from);
}

/** Where only a letter counts, the letter in the box. */
function boxOf(text: string, context: Context): Extraction | undefined {
  const box = boxed(text);
  if (!box || !context.choiceOnly) return box;
  const letter = choiceAt(text, box.span[0]);
  return letter && extraction(text, letter, '\\boxed');
}

/** A text that ends with what a program printed. */
function printedLast({ text, choiceOnly }: Context): Extraction | undefined {
  const output = choiceOnly ? undefined : codeOutput(text);
  return output && text.slice(output.end).trim() === '' ? output.printed : undefined;
}

function lastOf(context: Context): Extraction | undefined {
  const { text } = context;
  const value = context.choiceOnly ? undefined : lastValue(context, 0, text.length);
  if (value) return joined(text, value.pieces, value.kind === 'formula' ? 'last formula' : 'last number');
  const letter = context.allows('string') ? lastChoice(text) : undefined;
  return letter && extraction(text, letter, 'last choice');
}

/** No text that is nothing but an answer is longer. */
const longestAnswer = 500;

/** An answer in words ("no solution") is shorter. */
const longestWords = 40;

/** The text is one line of mathematics without dollars, or a few words. */
function wholeText(context: Context): Extraction | undefined {
  const { text } = context;
  if (context.choiceOnly || text.length > longestAnswer) return undefined;
  const span = trimmed(text, [0, text.length]);
  if (!span || context.formulas().length > 0) return undefined;
  const body = text.slice(...span);
  if (/[\n$]/.test(body)) return undefined;
  const short = body.length <= longestWords && !/\d/.test(body);
  const sentence = isProse(body) && /\s/.test(body);
  if (!short && (sentence || (!context.allows('expr') && !/[\\^_{]/.test(body)))) return undefined;
  return extraction(text, span, 'whole text');
}

function shifted(found: Extraction | undefined, by: number): Extraction | undefined {
  if (!found || by === 0) return found;
  const move = ([start, end]: [number, number]): [number, number] => [start + by, end + by];
  return { ...found, span: move(found.span), ...(found.parts && { parts: found.parts.map((p) => ({ ...p, span: move(p.span) })) }) };
}
