/** A solution's text cut into tokens. Pure. */

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
export function tokensOf(text: string, ends: ArrayLike<number>): Token[] {
  let start = 0;
  return Array.from(ends, (offset, index) => {
    let end = Math.min(text.length, Math.max(start, Number.isFinite(offset) ? Math.trunc(offset) : start));
    if (splitsPair(text, end)) end++;
    const token = { index, start, end };
    start = end;
    return token;
  });
}

/** Whether it is known what text each token stands for. Importers that have no tokenizer let every token end at 0. */
export const arePlaced = (text: string, ends: ArrayLike<number>): boolean => text === '' || Array.from(ends).some((end) => end > 0);

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
