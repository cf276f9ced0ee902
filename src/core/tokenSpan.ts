/**
 * Where the text of one token stands, as the solution page cuts a text into tokens.
 * @param before end of the token before it, 0 for the first; @param own its end; @param last end of the last token of the solution: offsets
 *   in UTF-16 code units, ascending
 * @returns [start, end) within the text; null where no token has a place, as importers without a tokenizer write it
 */
export function tokenSpan(text: string, before: number, own: number, last: number): { start: number; end: number } | null {
  return last > 0 ? { start: boundary(text, before), end: boundary(text, own) } : null;
}

/** Within the text, and behind a character that it would cut in two. */
function boundary(text: string, offset: number): number {
  const at = Math.min(text.length, Math.max(0, Math.trunc(offset)));
  return at > 0 && /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) ? at + 1 : at;
}

/** A token with so many characters of what stands around it, none of them cut in two. */
export function tokenContext(
  text: string,
  { start, end }: { start: number; end: number },
  { around, most }: { around: number; most: number },
): { before: string; token: string; after: string; cut: boolean } {
  const stop = Math.min(end, boundary(text, start + most));
  return {
    before: text.slice(boundary(text, start - around), start),
    token: text.slice(start, stop),
    after: text.slice(end, boundary(text, end + around)),
    cut: stop < end,
  };
}
