/** A solution's text cut into tokens, and characters that would hide or reorder text made visible. Pure. */

export interface Token {
  index: number;
  /** [start, end) in UTF-16 code units of the text; empty for special tokens. */
  start: number;
  end: number;
}

/**
 * @param ends end offset of each token (`Trace.ends`); offsets that go back or beyond the text are pulled into it
 * @returns one token per entry; a boundary inside a surrogate pair moves behind it, so that the first of the tokens that
 *   make up a character shows it and the others are empty
 */
export function tokensOf(text: string, ends: readonly number[]): Token[] {
  let start = 0;
  return ends.map((given, index) => {
    let end = Math.min(text.length, Math.max(start, Number.isFinite(given) ? Math.trunc(given) : start));
    if (splitsPair(text, end)) end++;
    const token = { index, start, end };
    start = end;
    return token;
  });
}

const splitsPair = (text: string, at: number): boolean =>
  at > 0 && at < text.length && (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;

/** @returns index of the token at an offset of the text, or -1 */
export function tokenAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { start, end } = tokens[middle];
    if (offset < start) high = middle - 1;
    else if (offset >= end) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Controls, bidirectional overrides, marks and isolates, zero-width spaces and soft hyphens: they change how text reads without showing. */
// eslint would rather not see control characters in a class, so the range is spelled with property escapes.
const hidden = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\p{Cs}]/u;
const hiddenAll = new RegExp(hidden.source, 'gu');

/** `U+202E` in a frame, or a short sign for the usual ones. */
const sign = (c: string): string => `⟨U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`;

export const hasHidden = (text: string): boolean => /[^\n\t\r]/.test(text.match(hiddenAll)?.join('') ?? '');

/** Text for reading: line breaks and tabs stay, whatever else is invisible shows as `⟨U+202E⟩`. */
export const reveal = (text: string): string => text.replace(hiddenAll, (c) => (c === '\n' || c === '\t' ? c : c === '\r' ? '' : sign(c)));

/** A token's text in the readout: every character visible, line breaks and spaces too; an empty token is `∅`. */
export const exactly = (text: string): string =>
  text === ''
    ? '∅'
    : text
        .replace(/[\n\t\r]/g, (c) => ({ '\n': '↵', '\t': '⇥' })[c] ?? '␍')
        .replace(hiddenAll, sign)
        .replace(/[\u200c\u200d]/g, sign)
        .replace(/ /g, '·')
        .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, sign);
