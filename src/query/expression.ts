/** Regular expressions of filters: RE2's syntax, whatever they hold they take time proportional to the text. */
import { RE2JS, RE2JSException } from 're2js';

/** Matching takes time proportional to the text times this. */
const largestProgram = 2000;

const flagBits: Readonly<Record<string, number>> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };

export type CompiledExpression = { expression: RE2JS } | { problem: string };

/** @returns what is wrong with it, where it is none or is too large */
export function compileExpression(source: string, flags: string): CompiledExpression {
  if (source === '') return { problem: 'the regular expression is empty' };
  const unknown = Array.from(flags).find((flag, i) => !Object.hasOwn(flagBits, flag) || flags.indexOf(flag) !== i);
  if (unknown !== undefined)
    return {
      problem: `the flag "${unknown}" ${Object.hasOwn(flagBits, unknown) ? 'stands twice' : 'is not known; i (ignore case), m (lines) and s (. is any character) are'}`,
    };
  try {
    const expression = RE2JS.compile(
      source,
      Array.from(flags).reduce((bits, flag) => bits | flagBits[flag], 0),
    );
    if (expression.programSize() > largestProgram)
      return { problem: `it is too large (${expression.programSize()} steps, at most ${largestProgram}); repeat less` };
    return { expression };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { problem: `it is no regular expression: ${error.message.replace(/^error parsing regexp: /, '')}` };
  }
}

/**
 * A text that stands, letter by letter, in all that an expression matches: blocks without it need not be read. The longest of those
 * outside of groups and classes.
 * @returns undefined where none is sure
 */
export function requiredText(source: string): string | undefined {
  // An inline flag changes what letters mean, a class of POSIX has brackets within.
  if (/\(\?(?!:|P?<)|\[:/.test(source)) return undefined;
  const runs = [''];
  let depth = 0;
  const end = (): void => void runs.push('');
  for (let at = 0; at < source.length; at++) {
    let character = source[at];
    if (character === '[') {
      at = endOfClass(source, at);
      end();
      continue;
    }
    if (character === '(' || character === ')') {
      depth += character === '(' ? 1 : -1;
      end();
      continue;
    }
    if (character === '|') {
      if (depth === 0) return undefined; // neither side is needed
      continue;
    }
    if ('.^$+'.includes(character)) {
      end();
      continue;
    }
    if ('*?{'.includes(character)) {
      runs[runs.length - 1] = Array.from(runs.at(-1)!).slice(0, -1).join(''); // what may be missing
      if (character === '{') at = Math.max(at, source.indexOf('}', at));
      end();
      continue;
    }
    if (character === '\\') {
      const next = source[++at] as string | undefined;
      if (next !== undefined && 'bBdDsSwW'.includes(next)) {
        end();
        continue;
      }
      if (next === undefined || /[\p{L}\p{N}]/u.test(next)) return undefined;
      character = next;
    }
    if (depth === 0) runs[runs.length - 1] += character;
  }
  return longest(runs);
}

/** A bracket that stands first closes nothing. */
function endOfClass(source: string, start: number): number {
  for (let at = start + (source[start + 1] === '^' ? 3 : 2); at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === ']') return at;
  }
  return source.length;
}

const longest = (runs: readonly string[]): string | undefined => {
  const best = runs.reduce((a, b) => (b.length > a.length ? b : a), '');
  return best.length < 2 ? undefined : best;
};
