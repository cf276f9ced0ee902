/** What a solution's answer may be written as: mathematics, a plain number or expression, a choice letter. */
export type ExtractionKind = 'latex' | 'expr' | 'string';

/**
 * How the solutions of a benchmark state their answers. choice: only a letter counts. tool: what the last program printed, unless
 * an answer is stated behind it. gsm8k: `####` is surer than a box. The others follow the general order.
 */
export type Convention = 'gsm8k' | 'math' | 'cmath' | 'mgsm-zh' | 'choice' | 'tool';

export interface ExtractOptions {
  /** Default: all kinds, in prose. Given, the text may also be nothing but an answer. */
  extraction?: readonly ExtractionKind[];
  /** Default: the general order, surest first. */
  convention?: Convention;
}

export type ExtractionRule =
  | '\\boxed'
  | 'several \\boxed'
  | 'unclosed \\boxed'
  | '<answer>'
  | '####'
  | 'Final answer'
  | 'The answer is'
  | 'Answer:'
  | 'A:'
  | '答案'
  | '所以…是'
  | 'code output'
  | 'last formula'
  | 'last number'
  | 'last choice'
  | 'whole text';

/** A piece of the solution; `text` is `solution.slice(...span)`. */
export interface Part {
  text: string;
  /** [start, end) in UTF-16 code units of the solution. */
  span: [number, number];
}

/** Where a solution states its answer. */
export interface Extraction {
  /** The answer's text as it stands there; of several parts, from the mark of the first to that of the last. */
  answer: string;
  /** [start, end) in UTF-16 code units of the solution: `solution.slice(...span)` is `answer`. */
  span: [number, number];
  /** Name of the convention that found it. */
  rule: ExtractionRule;
  /** An answer stated in several places that belong together, as `\boxed{1}` and `\boxed{2}`: two at least. */
  parts?: Part[];
}

export type Span = readonly [number, number];

/** The span without white space at its ends; undefined when nothing else is in it. */
export function trimmed(text: string, [start, end]: Span): Span | undefined {
  const raw = text.slice(start, end);
  const body = raw.trim();
  if (body === '') return undefined;
  const from = start + raw.indexOf(body);
  return [from, from + body.length];
}

/** Without white space, emphasis and punctuation at the ends, the exclamation of "it is 42!" among them. */
export function trimEnds(text: string, span: Span): Span | undefined {
  const whole = trimmed(text, span);
  if (!whole) return undefined;
  let [start, end] = whole;
  while (start < end && /[*_`"“'\s]/.test(text[start])) start++;
  while (end > start && /[*_`"”'\s.,;:!?，。；：、！？]/.test(text[end - 1]) && text[end - 2] !== '\\') end--;
  return start < end ? [start, end] : undefined;
}

export function extraction(text: string, [start, end]: Span, rule: ExtractionRule): Extraction {
  return { answer: text.slice(start, end), span: [start, end], rule };
}

/** A found answer or a part of one. */
export interface Piece {
  /** With what marks it: the delimiters of a formula, the command of a box. */
  outer: Span;
  /** Its content. */
  inner: Span;
}

export const plainPiece = (span: Span): Piece => ({ outer: span, inner: span });

/** Pieces, in order, as one answer: a single one is no list and needs no marks. */
export function joined(text: string, pieces: readonly Piece[], rule: ExtractionRule): Extraction {
  const [first] = pieces;
  if (pieces.length === 1) return extraction(text, first.inner, rule);
  const whole = extraction(text, [first.outer[0], pieces[pieces.length - 1].outer[1]], rule);
  return { ...whole, parts: pieces.map(({ inner: [start, end] }) => ({ text: text.slice(start, end), span: [start, end] })) };
}
