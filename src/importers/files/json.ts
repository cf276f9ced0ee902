/** JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` are values too. */
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';
import { isPointer, pointerReason } from './lfsPointer.js';

/** Strings are matched first, so that words inside them stay. */
const stringsAndTokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g;
/** Stands for NaN until the parser's reviver; a text of a file that is this very one becomes NaN, which harms nobody. */
const nan = '\u0000NaN\u0000';

/**
 * @param text one JSON value
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error;
    const plain = text.replace(stringsAndTokens, (token) => {
      if (token.startsWith('"')) return token;
      return token === 'NaN' ? JSON.stringify(nan) : token.replace('Infinity', '1e999');
    });
    return JSON.parse(plain, (_key, value: unknown) => (value === nan ? NaN : value));
  }
}

/**
 * One line of a JSONL file.
 * @throws ImportError with file and line
 */
export function parseJsonLine(file: string, line: number, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (isPointer(text)) throw new ImportError(file, null, `this is ${pointerReason}`, cause);
    const reason = messageOf(cause).slice(0, 200);
    throw new ImportError(file, `line ${line}`, `not JSON (${reason}).`, cause);
  }
}

/** @returns null for anything but an object */
export const asRecord = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

export const asArray = (value: unknown): unknown[] | null => (Array.isArray(value) ? (value as unknown[]) : null);

/** A number, also as BigInt, as the strings that stand for non-finite ones, or as a boolean (Python's `True` is 1). */
export function number(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value === 'NaN' || value === 'nan') return NaN;
  return value === 'Infinity' || value === '-Infinity' ? Number(value) : null;
}

/** Also numbers that stand in text, as in CSV and in what trainers print. */
export function numeric(value: unknown): number | null {
  const plain = number(value);
  if (plain !== null || typeof value !== 'string') return plain;
  const parsed = Number(value);
  // What is blank counts as 0 there.
  if (!Number.isNaN(parsed)) return parsed === 0 && value.trim() === '' ? null : parsed;
  const infinite = /^\s*([+-]?)inf(?:inity)?\s*$/i.exec(value);
  return infinite ? (infinite[1] === '-' ? -Infinity : Infinity) : null;
}

/** @returns null unless every element is a number */
export function numbersOf(value: unknown): number[] | null {
  const array = asArray(value);
  if (!array) return null;
  if (array.every((x) => typeof x === 'number')) return array;
  const numbers = array.map(number);
  return numbers.every((x) => x !== null) ? numbers : null;
}

export const integer = (value: unknown): number | null => {
  const n = number(value);
  return n !== null && Number.isSafeInteger(n) ? n : null;
};

export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** `a.b.0.c`: the value at a dotted path into nested objects and arrays; a key that itself has dots is found first. */
export function atPath(value: unknown, path: string): unknown {
  const record = asRecord(value);
  if (record && Object.hasOwn(record, path)) return record[path];
  let at = value;
  for (const key of path.split('.')) {
    if (Array.isArray(at)) at = /^\d+$/.test(key) ? (at as unknown[])[Number(key)] : undefined;
    else {
      const inner = asRecord(at);
      at = inner && Object.hasOwn(inner, key) ? inner[key] : undefined;
    }
  }
  return at;
}
