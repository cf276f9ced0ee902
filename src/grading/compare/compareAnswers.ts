import { goldUnreadable } from '../../core/goldUnreadable.js';
import { LimitError, limits, ParseError } from '../limits.js';
import { parseAnswer } from '../parse/parseAnswer.js';
import { clean } from '../parse/clean.js';
import { children, mapChildren, some, type Node } from '../parse/node.js';
import { toLatex } from '../parse/print.js';
import { tokenize, type Reading } from '../parse/lexer.js';
import { choiceOf, withoutChoice } from './compareChoices.js';
import { withoutParameters } from './families.js';
import { writtenOut } from './matrices.js';
import { compareNodes } from './nodes.js';
import { expandSeries } from './compareSeries.js';
import { Comparing, different, equal, type GradeOptions, type ComparisonOutcome } from './outcome.js';
import { plainNumber, sameWriting } from './writing.js';

/** Verdict on two answers, with what it rests on. */
export interface Comparison {
  /** undecided: the checker cannot tell. Only `equal` counts as correct. */
  verdict: 'equal' | 'different' | 'undecided';
  /** Which rule decided, in words. */
  rule: string;
  /** Both sides as the checker understood them, in LaTeX; null where it could not read one. */
  normal: { answer: string | null; gold: string | null };
  /** Why it is undecided. */
  reason?: string;
  /** Two LaTeX expressions that computer algebra could still decide. */
  open?: { answer: string; gold: string };
}

/**
 * Whether an answer equals the gold answer. Several parts are the members of one list (several boxes). Never throws; work is
 * limited before it is done (see limits.ts). Not symmetric in relations: the gold's form leads.
 * @param answer untrusted model output: LaTeX, plain text or a mixture
 */
export function compareAnswers(
  answer: string | readonly string[],
  gold: string | readonly string[],
  options: GradeOptions = {},
): Comparison {
  const [a, b] = [parts(answer), parts(gold)];
  try {
    return quick(a, b) ?? thorough(a, b, options);
  } catch (error) {
    if (error instanceof LimitError) return overLimit(error.message);
    if (error instanceof RangeError) return overLimit('a number is too large');
    throw error;
  }
}

const overLimit = (reason: string): Comparison => ({ verdict: 'undecided', rule: 'limit', reason, normal: { answer: null, gold: null } });

const parts = (side: string | readonly string[]): readonly string[] => (typeof side === 'string' ? [side] : side);

/** Plain numbers and equal texts need no parser. */
function quick(a: readonly string[], b: readonly string[]): Comparison | undefined {
  if (a.length !== 1 || b.length !== 1) return undefined;
  const [answer, gold] = [a[0].trim(), b[0].trim()];
  const [x, y] = [plainNumber(answer), plainNumber(gold)];
  if (x !== undefined && y !== undefined)
    return { ...(x === y ? equal('exact integers') : different('exact integers')), normal: { answer: x, gold: y } };
  if (answer === gold && answer !== '') return { ...equal('the same text'), normal: { answer: shortened(answer), gold: shortened(gold) } };
  return undefined;
}

const shortened = (text: string): string => (text.length > limits.characters ? `${text.slice(0, 200)}…` : text);

function thorough(a: readonly string[], b: readonly string[], options: GradeOptions): Comparison {
  const [answer, gold] = [a.join(', '), b.join(', ')];
  if (answer.length > limits.characters || gold.length > limits.characters)
    return overLimit(`an answer has more than ${limits.characters} characters`);
  const letters = choices(answer, gold);
  if (letters) return letters;
  if (sameWriting(answer, gold)) return { ...equal('the same writing'), normal: { answer, gold } };
  const [x, y] = [read(a, 'thousands'), read(b, 'thousands')];
  if (typeof x === 'string' || typeof y === 'string') {
    if (typeof x === 'string' && typeof y === 'string' && sameSigns(answer, gold))
      return { ...equal('the same writing'), normal: { answer: shortened(answer), gold: shortened(gold) } };
    // A gold that nothing can read is the data set's fault, whatever was answered.
    const [rule, reason] =
      typeof y === 'string'
        ? [goldUnreadable, `the gold answer cannot be read: ${y}`]
        : ['parsing', `the answer cannot be read: ${x as string}`];
    return { verdict: 'undecided', rule, reason, normal: { answer: printed(x), gold: printed(y) }, ...unread(answer, gold) };
  }
  const comparing = new Comparing(options, compareNodes);
  let outcome = compareExpanded(x, y, comparing);
  if (outcome.verdict !== 'equal' && /\d,\d|\{,\}/.test(answer + ' ' + gold)) outcome = otherCommas(a, b, x, y, comparing) ?? outcome;
  if (outcome.verdict !== 'equal') outcome = gaussBrackets(answer, gold, comparing) ?? outcome;
  if (options.evaluated && outcome.verdict === 'equal' && isNumeral(y) && !isNumeral(x)) outcome = different('left unevaluated');
  return { ...finished(outcome), normal: { answer: printed(x), gold: printed(y) } };
}

/** A number as one writes a result: a literal, a fraction of two, with its sign and unit; of `x = 7 + 5 = 12` the last member. */
function isNumeral(n: Node): boolean {
  if (n.k === 'num' || n.k === 'based') return true;
  if (n.k === 'neg' || n.k === 'percent' || n.k === 'degree' || n.k === 'unit') return isNumeral(n.a);
  if (n.k === 'div') return isNumeral(n.a) && isNumeral(n.b);
  return n.k === 'relation' && isNumeral(n.args[n.args.length - 1]);
}

function finished({ verdict, rule, reason, open }: ComparisonOutcome): Omit<Comparison, 'normal'> {
  return {
    verdict,
    rule,
    ...(reason === undefined ? {} : { reason }),
    ...(open && verdict === 'undecided' ? { open: { answer: toLatex(open.answer), gold: toLatex(open.gold) } } : {}),
  };
}

const printed = (node: Node | string): string | null => (typeof node === 'string' ? null : shortened(toLatex(node)));

/** What the parser does not know may still be mathematics, if it is short. */
const unread = (answer: string, gold: string): Pick<Comparison, 'open'> =>
  answer.length + gold.length <= 600 && /\\(?:int|sum|lim|prod|frac|sqrt)/.test(answer + gold) ? { open: { answer, gold } } : {};

/** The same signs in the same order, white space between them aside, though nobody knows what they mean. */
function sameSigns(answer: string, gold: string): boolean {
  try {
    const [a, b] = [answer, gold].map((text) => tokenize(clean(text), { comma: 'thousands' }).map(({ t, s }) => `${t} ${s}`));
    return a.length > 1 && a.join('\n') === b.join('\n');
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

/** @returns the tree, or why there is none */
function read(side: readonly string[], comma: Reading['comma']): Node | string {
  try {
    const nodes = side.filter((s) => s.trim() !== '').map((s) => parseAnswer(s, { comma }));
    if (nodes.length === 0) return 'it is empty';
    return nodes.length === 1 ? nodes[0] : { k: 'list', args: nodes.flatMap((n) => (n.k === 'list' ? n.args : [n])) };
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

/** Sums are written out; a ± b is two values, in a list two members. */
function compareExpanded(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  const written = (node: Node): Node => expandSigns(writtenOut(expandSeries(node, c)));
  return compareNodes(...withoutParameters(written(answer), written(gold)), c);
}

const hasSigns = (node: Node): boolean => some(node, (n) => n.k === 'pm');

export function expandSigns(node: Node): Node {
  if (!hasSigns(node)) return node;
  if (node.k === 'list' || node.k === 'set') return { ...node, args: node.args.flatMap((m) => bothSigns(m)) };
  return { k: 'list', args: bothSigns(node) };
}

function bothSigns(node: Node): Node[] {
  if (!hasSigns(node)) return [node];
  if (node.k === 'list' || node.k === 'set' || node.k === 'tuple') {
    if (node.k === 'tuple') return [true, false].map((upper) => chosen(node, upper));
    return children(node).flatMap(bothSigns);
  }
  return [true, false].map((upper) => chosen(node, upper));
}

function chosen(node: Node, upper: boolean): Node {
  if (node.k !== 'pm') return mapChildren(node, (n) => chosen(n, upper));
  const [a, b] = [chosen(node.a, upper), chosen(node.b, upper)];
  return { k: 'add', args: [a, upper !== node.down ? b : { k: 'neg', a: b }] };
}

/** [x] is the whole part of x where the other side writes ⌊x⌋. */
function gaussBrackets(answer: string, gold: string, c: Comparing): ComparisonOutcome | undefined {
  const [x, y] = [answer, gold].map((side) => side.includes('\\lfloor') || side.includes('⌊'));
  if (x === y) return undefined;
  const floors = (side: string): string =>
    side
      .replace(/(\\sqrt\s?\[[^[\]]*\])|\[/g, (_, root?: string) => root ?? '\\lfloor ')
      .replace(/(\\sqrt\s?\[[^[\]]*\])|\]/g, (_, root?: string) => root ?? '\\rfloor ');
  const [a, b] = [read([x ? answer : floors(answer)], 'thousands'), read([y ? gold : floors(gold)], 'thousands')];
  if (typeof a === 'string' || typeof b === 'string') return undefined;
  const outcome = compareExpanded(a, b, c);
  return outcome.verdict === 'equal' ? outcome : undefined;
}

/** 1,234 may be a list where the other side is one, and 2,74 a decimal where the other side is one. */
function otherCommas(a: readonly string[], b: readonly string[], x: Node, y: Node, c: Comparing): ComparisonOutcome | undefined {
  const scalar = (n: Node): boolean => !['list', 'set', 'tuple', 'set operation', 'relation'].includes(n.k);
  const isDecimal = (n: Node): boolean =>
    n.k === 'num' ? n.places !== undefined : (n.k === 'neg' || n.k === 'unit' || n.k === 'percent') && isDecimal(n.a);
  const retry = (answer: Node | string, gold: Node | string): ComparisonOutcome | undefined => {
    if (typeof answer === 'string' || typeof gold === 'string') return undefined;
    const outcome = compareExpanded(answer, gold, c);
    return outcome.verdict === 'equal' ? outcome : undefined;
  };
  if (scalar(x) && !scalar(y)) return retry(read(a, 'separator'), y);
  if (!scalar(x) && isDecimal(y) && !/[()[\]{}]/.test(a.join())) return retry(read(a, 'decimal'), y);
  if (scalar(y) && !scalar(x)) return retry(x, read(b, 'separator'));
  return undefined;
}

/** A letter of a multiple-choice question, with or without the option's text. */
function choices(answer: string, gold: string): Comparison | undefined {
  const [x, y] = [choiceOf(answer), choiceOf(gold)];
  if (x && y) {
    const normal = { answer: x.letter, gold: y.letter };
    if (x.letter === y.letter) return { ...equal('choice'), normal };
    if (x.sure || y.sure) return { ...different('choice'), normal };
  }
  const [stripped, other] =
    x && !y && x.content !== '' ? [withoutChoice(answer), gold] : y && !x && y.content !== '' ? [withoutChoice(gold), answer] : [];
  if (stripped === undefined || other === undefined || other.trim() === '') return undefined;
  return x ? compareAnswers(stripped, other) : compareAnswers(other, stripped);
}
