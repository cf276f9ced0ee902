/** What can stand at a place in a filter. */
import { quoted, isPlain, tokens, type Token } from './lexer.js';
import { properties, propertyOf, type Property } from './properties.js';
import type { Span } from './tree.js';

export interface Completion {
  /** What is written in the place of the span. */
  text: string;
  detail: string;
}

/** What is there to be asked about: names that only the runs know. */
export interface Vocabulary {
  rewards?: readonly string[];
  info?: readonly string[];
  labels?: readonly string[];
  /** Ids or names. */
  runs?: readonly string[];
}

type Expected =
  | { what: 'condition' }
  | { what: 'connective'; flag?: boolean }
  | { what: 'comparison'; property: Property }
  | { what: 'value'; property: Property }
  | { what: 'knowledge' }
  | { what: 'label' }
  | { what: 'nothing' };

/**
 * @param offset where the cursor stands
 * @returns the span that a choice replaces, and the choices that begin with what stands in it, in their usual order
 */
export function complete(text: string, offset: number, vocabulary: Vocabulary = {}): Span & { items: Completion[] } {
  const before = tokens(text.slice(0, offset));
  const last = before.at(-1);
  const touching = last?.end === offset && last.kind !== 'sign' ? before.pop() : undefined;
  // "rewards." is a fault of the lexer, and just what is to be completed.
  if (touching !== undefined && touching.kind !== 'name' && !(touching.kind === 'fault' && text[offset - 1] === '.'))
    return { start: offset, end: offset, items: [] };
  const span: Span = { start: touching?.start ?? offset, end: offset };
  const typed = text.slice(span.start, span.end).toLowerCase();
  const items = choices(expectedAfter(before), vocabulary).filter((item) => item.text.toLowerCase().startsWith(typed));
  return { ...span, items };
}

function choices(expected: Expected, vocabulary: Vocabulary): Completion[] {
  const words = (list: readonly [string, string][]): Completion[] => list.map(([text, detail]) => ({ text, detail }));
  switch (expected.what) {
    case 'condition':
      return [
        ...properties.flatMap((p) => propertyItems(p, vocabulary)),
        ...words([['not', 'what follows is false']]),
        ...(vocabulary.labels ?? []).map((label) => ({
          text: `label:${isPlain(label) ? label : quoted(label)}`,
          detail: 'has this label',
        })),
      ];
    case 'connective':
      return words([...(expected.flag ? ([['is unknown', 'nobody knows']] as [string, string][]) : []), ['and', 'both'], ['or', 'either']]);
    case 'comparison':
      return words(comparisonsOf(expected.property));
    case 'value':
      return valuesOf(expected.property, vocabulary).map((value) => ({
        text: isPlain(value) ? value : quoted(value),
        detail: expected.property.name,
      }));
    case 'knowledge':
      return words([
        ['known', 'it is recorded'],
        ['unknown', 'nobody knows'],
      ]);
    case 'label':
      return (vocabulary.labels ?? []).map((label) => ({ text: isPlain(label) ? label : quoted(label), detail: 'label' }));
    case 'nothing':
      return [];
  }
}

function propertyItems({ name, keyed, meaning, unit }: Property, vocabulary: Vocabulary): Completion[] {
  const detail = unit === undefined ? meaning : `${meaning} (${unit})`;
  if (!keyed) return [{ text: name, detail }];
  const keys = vocabulary[name as 'rewards' | 'info'] ?? [];
  return keys.map((key) => ({ text: `${name}.${isPlain(key) ? key : quoted(key)}`, detail }));
}

function comparisonsOf({ type }: Property): [string, string][] {
  const known: [string, string] = ['is unknown', 'nobody knows'];
  const order: [string, string][] = [
    ['<', 'less than'],
    ['<=', 'at most'],
    ['>', 'greater than'],
    ['>=', 'at least'],
    ['in', 'a range: in 1..2'],
  ];
  const equal: [string, string][] = [
    ['=', 'equal to'],
    ['!=', 'other than'],
  ];
  const match: [string, string] = ['~', 'holds /a regular expression/ or "a text"'];
  if (type === 'number') return [...order, ...equal, known];
  if (type === 'choice') return [...equal, known];
  if (type === 'text') return [match, ...equal, known];
  return [...equal, match, ...order, known];
}

const valuesOf = ({ name, choices: known }: Property, { runs = [] }: Vocabulary): readonly string[] =>
  known ?? (name === 'run' ? runs : []);

/** What the tokens so far lead to; a filter with a fault leads nowhere. */
function expectedAfter(before: readonly Token[]): Expected {
  let expected: Expected = { what: 'condition' };
  for (const [i, token] of before.entries()) {
    if (token.kind === 'fault') return { what: 'nothing' };
    expected = after(expected, token, before[i + 1]);
  }
  return expected;
}

function after(expected: Expected, token: Token, next: Token | undefined): Expected {
  const word = token.kind === 'name' ? token.word.toLowerCase() : '';
  const sign = token.kind === 'sign' ? token.sign : '';
  const connective: Expected = { what: 'connective' };
  switch (expected.what) {
    case 'condition': {
      if (word === 'not' || sign === '(') return expected;
      if (word === 'label' && next?.kind === 'sign' && next.sign === ':') return { what: 'label' };
      if (token.kind === 'string') return connective;
      const property = token.kind === 'name' ? propertyNamed(token.parts) : undefined;
      if (property === undefined) return { what: 'nothing' };
      return property.type === 'flag' ? { what: 'connective', flag: true } : { what: 'comparison', property };
    }
    case 'connective':
      if (word === 'is' && expected.flag) return { what: 'knowledge' };
      if (sign === ')') return connective;
      return word === 'and' || word === 'or' ? { what: 'condition' } : { what: 'nothing' };
    case 'comparison':
      if (word === 'is') return { what: 'knowledge' };
      return sign !== '' || word === 'in' ? { what: 'value', property: expected.property } : { what: 'nothing' };
    case 'value':
      // The ends of a range are two numbers and a sign.
      return sign === '..' || (next?.kind === 'sign' && next.sign === '..')
        ? next?.kind === 'number' || sign !== '..'
          ? expected
          : connective
        : connective;
    case 'label':
      return sign === ':' ? expected : connective;
    case 'knowledge':
      return connective;
    case 'nothing':
      return expected;
  }
}

function propertyNamed(parts: readonly string[]): Property | undefined {
  return propertyOf({ name: parts.join('.') }) ?? propertyOf({ name: parts[0], key: parts.slice(1).join('.') });
}
