/** What of a filter needs a solution's body: its text and its turns. */
import { compileExpression, requiredText } from '../../query/expression.js';
import { conjuncts, type Comparison, type Leaf, type Pattern, type Tree } from '../../query/tree.js';
import { wordsOf, wordsPattern } from '../../query/words.js';
import type { SolutionBody } from '../bodyBlocks.js';
import { conditionSql, type IndexedIds } from './conditionSql.js';
import type { SqlText } from './sqlText.js';

/** 1 true, 0 false, null unknown: as SQL has it. */
export type Truth = 0 | 1 | null;

export interface Candidate {
  /** Of the parts that SQL decides, in their order. */
  decided: readonly Truth[];
  body: () => SolutionBody;
}

export interface SplitFilter {
  /** What SQL decides: of each solution one value a part. */
  parts: SqlText[];
  /** Those of the parts that must be true. */
  required: SqlText[];
  /** The whole filter, with what the parts came to; null: each solution of which every required part is true matches, and nothing else is to be looked at. */
  test: ((candidate: Candidate) => Truth) | null;
  /** False of a block in which no solution can match: it need not be parsed. Null where nothing can be said of blocks. */
  possible: ((block: Buffer) => boolean) | null;
}

/** @param indexed where words are sought in the index, not in the texts */
export function splitFilter(tree: Tree, indexed?: IndexedIds): SplitFilter {
  const parts: SqlText[] = [];
  const conditions = conjuncts(tree);
  const required = conditions.flatMap((c) => conditionSql(c, indexed) ?? []);
  const rest = conditions.filter((c) => conditionSql(c, indexed) === null);
  if (rest.length === 0) return { parts, required, test: null, possible: null };
  const made = rest.map((c) => testOf(c, indexed, parts));
  // Whether what is required is true or unknown comes last: it is known before a body is read.
  const test = (candidate: Candidate): Truth => all(made, candidate);
  const blockTests = rest.flatMap((c) => blockTest(c) ?? []);
  return { parts, required, test, possible: blockTests.length === 0 ? null : (block) => blockTests.every((t) => t(block)) };
}

type Test = (candidate: Candidate) => Truth;

function testOf(tree: Tree, indexed: IndexedIds | undefined, parts: SqlText[]): Test {
  const decided = conditionSql(tree, indexed);
  if (decided !== null) {
    const at = parts.push(decided) - 1;
    return (candidate) => candidate.decided[at];
  }
  if (tree.kind === 'and' || tree.kind === 'or') {
    const made = tree.parts.map((part) => testOf(part, indexed, parts));
    if (tree.kind === 'and') return (candidate) => all(made, candidate);
    const opposite = made.map(
      (test): Test =>
        (candidate) =>
          not(test(candidate)),
    );
    return (candidate) => not(all(opposite, candidate));
  }
  if (tree.kind === 'not') {
    const part = testOf(tree.part, indexed, parts);
    return (candidate) => not(part(candidate));
  }
  return tree.kind === 'all' ? () => 1 : leafTest(tree);
}

const not = (truth: Truth): Truth => (truth === null ? null : truth === 1 ? 0 : 1);

/** One that is false decides. */
function all(tests: readonly Test[], candidate: Candidate): Truth {
  let truth: Truth = 1;
  for (const test of tests) {
    const one = test(candidate);
    if (one === 0) return 0;
    if (one === null) truth = null;
  }
  return truth;
}

function leafTest(leaf: Leaf): Test {
  if (leaf.kind === 'words') {
    const pattern = wordsPattern(wordsOf(leaf.text));
    return ({ body }) => {
      pattern.lastIndex = 0;
      return truth(pattern.test(body().text));
    };
  }
  if (leaf.kind === 'match') {
    const found = textTest(leaf.pattern);
    return ({ body }) => truth(found(body().text));
  }
  if (leaf.kind === 'text') return ({ body }) => truth((body().text === leaf.value) === (leaf.is === '='));
  if (leaf.kind === 'label' || leaf.kind === 'flag') throw new Error(`No body says whether ${leaf.kind} holds.`);
  const { name } = leaf.property;
  if (leaf.kind === 'known') return ({ body }) => truth((name === 'text' || body().turns !== undefined) === leaf.known);
  const compare = leaf.kind === 'number' ? compared(leaf.is, leaf.value) : within(leaf.from, leaf.to);
  return ({ body }) => {
    const { turns } = body();
    if (turns === undefined) return null;
    return truth(compare(name === 'turns' ? turns.length : turns.filter((t) => t.kind === 'tool_call').length));
  };
}

const truth = (yes: boolean): Truth => (yes ? 1 : 0);

export function textTest(pattern: Pattern): (text: string) => boolean {
  if (pattern.kind === 'substring') return (text) => text.includes(pattern.text);
  const made = compileExpression(pattern.source, pattern.flags);
  if ('problem' in made) throw new Error(made.problem);
  return (text) => made.expression.test(text);
}

const within =
  (from: number | null, to: number | null) =>
  (x: number): boolean =>
    x >= (from ?? -Infinity) && x <= (to ?? Infinity);

function compared(is: Comparison, value: number): (x: number) => boolean {
  switch (is) {
    case '=':
      return (x) => x === value;
    case '!=':
      return (x) => x !== value;
    case '<':
      return (x) => x < value;
    case '<=':
      return (x) => x <= value;
    case '>':
      return (x) => x > value;
    case '>=':
      return (x) => x >= value;
  }
}

/** What a block must hold where the condition is true of one of its solutions; undefined where nothing can be said. */
function blockTest(tree: Tree): ((block: Buffer) => boolean) | undefined {
  if (tree.kind === 'words') {
    const [longest] = wordsOf(tree.text).sort((a, b) => b.length - a.length);
    return anyCase(longest);
  }
  if (tree.kind !== 'match') return undefined;
  const { pattern } = tree;
  // Flags may stand at the beginning, too.
  const [inline, flags] = pattern.kind === 'substring' ? ['', ''] : (/^\(\?([ims]+)\)/.exec(pattern.source) ?? ['', '']);
  const required = pattern.kind === 'substring' ? pattern.text : requiredText(pattern.source.slice(inline.length));
  if (required === undefined) return undefined;
  if (pattern.kind === 'expression' && `${flags}${pattern.flags}`.includes('i')) return anyCase(required);
  const bytes = Buffer.from(JSON.stringify(required).slice(1, -1));
  return (block) => block.includes(bytes);
}

/** Letters outside of ASCII that are the same as "s" and "k" but for case. */
const longS = Buffer.from('ſ');
const kelvin = Buffer.from('\u212a');

function anyCase(text: string): ((block: Buffer) => boolean) | undefined {
  const escaped = JSON.stringify(text).slice(1, -1);
  if (!/^[\x20-\x7e]+$/.test(escaped)) return undefined;
  const pattern = new RegExp(escaped.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i');
  const folded = /[sk]/i.test(text);
  return (block) => pattern.test(block.toString('latin1')) || (folded && (block.includes(longS) || block.includes(kelvin)));
}
