/** Where a solution states its answer. */
export interface Extraction {
  /** The answer's text, trimmed. */
  answer: string;
  /** [start, end) in UTF-16 code units of the solution. */
  span: [number, number];
  /** Name of the convention that found it. */
  rule: ExtractionRule;
}

export type ExtractionRule = '\\boxed' | '####' | 'A:' | 'The answer is' | 'last number';

/** An answer stands at the end: of a longer text only this much is searched. */
const searched = 20_000;

/**
 * The final answer of a solution: the last one stated by an explicit convention (the surer convention first),
 * otherwise the last number that stands for itself.
 */
export function extractAnswer(solution: string): Extraction | undefined {
  const offset = Math.max(0, solution.length - searched);
  const text = offset === 0 ? solution : solution.slice(offset);
  const found =
    boxed(text) ??
    stated(text, /####/g, '####') ??
    stated(text, /^[ \t]{0,8}A:/gm, 'A:') ??
    stated(text, /\bthe (?:final )?answer is:?/gi, 'The answer is') ??
    lastNumber(text);
  return found && { ...found, span: [found.span[0] + offset, found.span[1] + offset] };
}

/** Content of the last \boxed{…} or \fbox{…}, braces balanced; a box that is never closed holds no answer. */
function boxed(text: string): Extraction | undefined {
  const open = /\\(?:boxed|fbox)\s{0,4}\{/g;
  const at = [...text.matchAll(open)].at(-1);
  if (!at) return undefined;
  const start = at.index + at[0].length;
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return between(text, start, i, '\\boxed');
  }
  return undefined;
}

/** What follows the last marker, to the end of its sentence or line. */
function stated(text: string, marker: RegExp, rule: ExtractionRule): Extraction | undefined {
  const at = [...text.matchAll(marker)].at(-1);
  if (!at) return undefined;
  const start = at.index + at[0].length;
  return between(text, start, sentenceEnd(text, start), rule);
}

/** A number that continues an expression ("2^10", "7 - 5", "x1") does not stand for itself. */
function lastNumber(text: string): Extraction | undefined {
  const numerals = /(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\/\d+)?/g;
  const at = [...text.matchAll(numerals)].at(-1);
  if (!at) return undefined;
  const before = text.slice(Math.max(0, at.index - 12), at.index);
  const sign = /(?:^|[\s=:(])(?:[-+]\s?)?(?:[$£€¥]\s?)?$/.exec(before);
  const continued = /(?:[\d)\]}]|\b[A-Za-z])[ \t]*[-+]\s?(?:[$£€¥]\s?)?$|[A-Za-z][ \t]*[-+]\s(?:[$£€¥]\s?)?$|[*×·/÷^_][ \t]*$/;
  if (!sign || continued.test(before)) return undefined;
  const start = at.index - (before.length - (sign.index + (/^[\s=:(]/.test(sign[0]) ? 1 : 0)));
  return between(text, start, sentenceEnd(text, at.index + at[0].length), 'last number');
}

/** Index of the line's or the sentence's end: a full stop counts when no digit follows. */
function sentenceEnd(text: string, from: number): number {
  const end = /\n|\.(?!\d)/g;
  end.lastIndex = from;
  // A full stop may precede the answer only as a decimal point, which a digit follows.
  return end.exec(text)?.index ?? text.length;
}

/** @returns undefined when nothing but white space lies between */
function between(text: string, start: number, end: number, rule: ExtractionRule): Extraction | undefined {
  const raw = text.slice(start, end);
  const answer = raw.trim();
  if (answer === '') return undefined;
  const from = start + raw.indexOf(answer);
  return { answer, span: [from, from + answer.length], rule };
}
