/** A filter's text in pieces. */
import type { Span } from './tree.js';

export type Token = Span &
  (
    | { kind: 'name'; parts: readonly string[]; word: string }
    | { kind: 'number'; value: number }
    | { kind: 'string'; text: string }
    | { kind: 'expression'; source: string; flags: string }
    /** Comparisons, `~`, `(`, `)`, `..`, `:`. */
    | { kind: 'sign'; sign: string }
    /** Nothing that is known, with what is wrong. */
    | { kind: 'fault'; message: string }
  );

const space = /\s+/uy;
const name = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const number = /-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const sign = /\.\.|[!<>]=|[=<>~():]/y;
const flags = /[\p{L}]*/uy;

/** @returns all of the text but the space between; the last token may be a fault, nothing follows after it */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length;) {
    const blank = matchAt(space, text, at);
    at += blank.length;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    found.push(token);
    if (token.kind === 'fault') break;
    at = token.end;
  }
  return found;
}

function tokenAt(text: string, start: number): Token {
  if (text[start] === '"') return stringAt(text, start);
  if (text[start] === '/') return expressionAt(text, start);
  const word = matchAt(name, text, start);
  if (word !== '') return nameAt(text, start, word);
  const symbol = matchAt(sign, text, start);
  if (symbol !== '') return { kind: 'sign', sign: symbol, start, end: start + symbol.length };
  const digits = matchAt(number, text, start);
  if (digits !== '') return numberAt(digits, { start, end: start + digits.length });
  const character = String.fromCodePoint(text.codePointAt(start)!);
  const end = start + character.length;
  if (character === "'" || character === '“' || character === '”')
    return { kind: 'fault', message: 'Words stand in straight double quotes: "let me check".', start, end };
  if (character === '!') return { kind: 'fault', message: 'A "!" stands only in "!="; otherwise write not.', start, end };
  if (character === '&' || character === '|')
    return { kind: 'fault', message: `Write ${character === '&' ? 'and' : 'or'} instead of "${character}".`, start, end };
  return { kind: 'fault', message: `"${character}" has no meaning here; texts stand in double quotes.`, start, end };
}

const numberAt = (digits: string, span: Span): Token =>
  Number.isFinite(Number(digits))
    ? { kind: 'number', value: Number(digits), ...span }
    : { kind: 'fault', message: `${digits} is larger than any number that is kept.`, ...span };

/** `rewards.format`, `rewards."format of the answer"` */
function nameAt(text: string, start: number, first: string): Token {
  const parts = [first];
  let end = start + first.length;
  while (text[end] === '.' && text[end + 1] !== '.') {
    const next = matchAt(name, text, end + 1);
    if (next !== '') {
      parts.push(next);
      end += 1 + next.length;
      continue;
    }
    if (text[end + 1] !== '"')
      return { kind: 'fault', message: `After "${text.slice(start, end + 1)}" a name is missing.`, start, end: end + 1 };
    const quoted = stringAt(text, end + 1);
    if (quoted.kind !== 'string') return quoted;
    parts.push(quoted.text);
    end = quoted.end;
    break;
  }
  return { kind: 'name', parts, word: text.slice(start, end), start, end };
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t', r: '\r' };

function stringAt(text: string, start: number): Extract<Token, { kind: 'string' | 'fault' }> {
  let content = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '"') return { kind: 'string', text: content, start, end: at + 1 };
    if (character !== '\\') {
      content += character;
      continue;
    }
    const next = text[at + 1] as string | undefined;
    if (next !== undefined && !Object.hasOwn(escapes, next))
      return {
        kind: 'fault',
        message: `"\\${next}" has no meaning in quotes; a backslash itself is written "\\\\".`,
        start: at,
        end: at + 2,
      };
    content += escapes[next ?? ''] ?? '';
    at++;
  }
  return { kind: 'fault', message: 'The closing quote is missing.', start, end: text.length };
}

function expressionAt(text: string, start: number): Token {
  let source = '';
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '/') {
      const found = matchAt(flags, text, at + 1);
      return { kind: 'expression', source, flags: found, start, end: at + 1 + found.length };
    }
    if (text[at] === '\\' && at + 1 < text.length) {
      at++;
      source += text[at] === '/' ? '/' : `\\${text[at]}`;
    } else source += text[at];
  }
  return { kind: 'fault', message: 'The closing "/" of the regular expression is missing.', start, end: text.length };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** As it is written in a filter. */
export const quoted = (text: string): string =>
  `"${text.replace(/["\\\n\t\r]/g, (c) => `\\${c === '\n' ? 'n' : c === '\t' ? 't' : c === '\r' ? 'r' : c}`)}"`;

const plainName = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
/** Whether it can stand without quotes where a name or a value is meant. */
export const isPlain = (text: string): boolean => plainName.test(text);
