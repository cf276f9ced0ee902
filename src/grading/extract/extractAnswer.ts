import { boxed } from './boxes.js';
import { choiceAt, lastChoice } from './choiceLetters.js';
import { codeOutput } from './codeOutput.js';
import { Context } from './context.js';
import { type Extraction, extraction, type ExtractOptions, joined } from './extraction.js';
import { hashed, stated, tagged } from './statements.js';
import { lastValue } from './values.js';
import { afterThought, tailStart } from './answerWindow.js';
import { lastSentence } from './lastSentence.js';
import { nextQuestions } from './runOn.js';
import { wholeText } from './wholeText.js';

/**
 * The final answer of a solution: the last one stated by an explicit convention, the surer convention first, otherwise the
 * text where it is nothing but an answer, otherwise what its last sentence holds. Behind the end of a reasoning (`</think>`) only
 * that part counts, when it holds an answer; behind an answer that another question follows, nothing. Linear in the text's length;
 * of a long text only the end is searched. Never throws.
 * @param text untrusted model output, or the answer alone
 */
export function extractAnswer(text: string, options: ExtractOptions = {}): Extraction | undefined {
  const thought = afterThought(text);
  const final = thought < text.length ? untilNextQuestion(text, thought, options) : undefined;
  return final ?? (thought > 0 ? within(text, 0, thought, options) : undefined);
}

/** A generation that runs on into further questions answers the first: its answer is the one stated before the next question. */
function untilNextQuestion(text: string, from: number, options: ExtractOptions): Extraction | undefined {
  for (const { at, sure } of nextQuestions(from === 0 ? text : text.slice(from))) {
    const first = within(text, from, from + at, options);
    if (first && (sure || !first.rule.startsWith('last '))) return first;
  }
  return within(text, from, text.length, options);
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
  return hashAnswer ?? box() ?? inTail(tagged) ?? inTail(stated) ?? inTail(printedLast) ?? inTail(wholeText) ?? inTail(lastOf);
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

/** What the last sentence holds: a value on the way of a text that ends without one is no answer. */
function lastOf(context: Context): Extraction | undefined {
  const { text } = context;
  const sentence = lastSentence(context);
  const value = context.choiceOnly || !sentence ? undefined : lastValue(context, ...sentence);
  if (value) return joined(text, value.pieces, value.kind === 'formula' ? 'last formula' : 'last number');
  const within = context.choiceOnly ? ([0, text.length] as const) : sentence;
  const letter = within && context.allows('string') ? lastChoice(text.slice(...within)) : undefined;
  return letter && within && extraction(text, [within[0] + letter[0], within[0] + letter[1]], 'last choice');
}

function shifted(found: Extraction | undefined, by: number): Extraction | undefined {
  if (!found || by === 0) return found;
  const move = ([start, end]: [number, number]): [number, number] => [start + by, end + by];
  return { ...found, span: move(found.span), ...(found.parts && { parts: found.parts.map((p) => ({ ...p, span: move(p.span) })) }) };
}
