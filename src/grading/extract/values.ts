import { isConnective, isConnectiveWord } from './connectives.js';
import type { Context } from './context.js';
import { type Piece, plainPiece } from './extraction.js';
import type { Formula } from './formulas.js';
import { lastNumber } from './numbers.js';
import { undelimited } from './undelimited.js';

export interface Value {
  kind: 'formula' | 'number';
  pieces: Piece[];
}

/** A variable, a function of it or a tuple of variables says nothing by itself: "where $n$ is even". */
const nameOnly =
  /^(?:[A-Za-z]{1,2}(?:_(?:\w|\{\w{1,8}\}))?'*(?:\s?\([a-z](?:,\s?[a-z])*\))?|\(\s?[a-z](?:\s?,\s?[a-z])+\s?\)|\\(?:angle|triangle|overline|mathcal|vec)\b[^=<>]*)$/;

const isValue = (text: string, f: Formula): boolean => !nameOnly.test(text.slice(...f.inner));

/**
 * The formula or the number that comes last in [from, to): a formula that only names something counts where there is no other.
 */
export function lastValue(context: Context, from: number, to: number): Value | undefined {
  const { text } = context;
  const all = context.allows('latex') ? context.formulas().filter((f) => f.outer[0] >= from && f.outer[1] <= to) : [];
  const values = all.filter((f) => isValue(text, f));
  const run = values.length > 0 ? runBefore(text, values) : all.slice(-1);
  const elsewhere = (index: number): boolean => inFormula(context, index);
  const number = context.allows('expr') ? lastNumber(text.slice(from, to), (i) => elsewhere(from + i)) : undefined;
  const bare = undelimited(text, from, to, elsewhere);
  const numberAt = number ? from + number[0] : -1;
  const formulaAt = run.at(-1)?.outer[0] ?? -1;
  if (bare === 'broken') return undefined;
  if (bare && bare[0] > formulaAt && bare[1] > numberAt) return { kind: 'formula', pieces: [plainPiece(bare)] };
  if (number && (numberAt > formulaAt || values.length === 0))
    return { kind: 'number', pieces: [plainPiece([numberAt, from + number[1]])] };
  return run.length > 0 ? { kind: 'formula', pieces: run } : undefined;
}

function inFormula(context: Context, index: number): boolean {
  if (context.inProgram(index)) return true;
  const next = context.allows('latex') ? context.formulaFrom(index) : undefined;
  return next !== undefined && next.outer[0] <= index;
}

/** The last formula and those before it that one sentence lists with it: "$1$, $2$ and $3$". */
function runBefore(text: string, values: Formula[]): Formula[] {
  let first = values.length - 1;
  const gap = (i: number): string => text.slice(values[i - 1].outer[1], values[i].outer[0]);
  if (first === 0 || !isConnectiveWord(gap(first))) return [values[first]];
  while (first > 0 && isConnective(gap(first))) first--;
  return values.slice(first);
}

/** The formula that begins at the index and those listed with it behind it. */
export function formulasAt(context: Context, index: number): Formula[] {
  const { text } = context;
  const all = context.formulas();
  const first = context.formulaFrom(index);
  if (first?.outer[0] !== index) return [];
  const listed = [first];
  let i = all.indexOf(first) + 1;
  while (i < all.length && isValue(text, all[i]) && isConnective(text.slice(all[i - 1].outer[1], all[i].outer[0]))) {
    listed.push(all[i]);
    i++;
  }
  return listed;
}
