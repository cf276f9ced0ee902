/** A text cut into what is compared. Pure. */

/** Ends of the units in UTF-16 code units, ascending; the last one is the length of the text. */
export type UnitEnds = number[];

const word = /\s+|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;

/** Words, numbers, spaces between them, and each other sign alone. */
export function wordEnds(text: string): UnitEnds {
  const ends: UnitEnds = [];
  for (const match of text.matchAll(word)) ends.push(match.index + match[0].length);
  return ends;
}

/** The tokens of a text as its trace places them: those without text are left out, what stands after the last one is a unit of its own. */
export function tokenEnds(text: string, ends: Iterable<number>): UnitEnds {
  const kept: UnitEnds = [];
  for (const end of ends) {
    let to = Math.min(text.length, Math.trunc(end));
    // A character of two code units stays in one piece: it can be shown then.
    if ((text.charCodeAt(to) & 0xfc00) === 0xdc00 && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to++;
    if (Number.isFinite(to) && to > (kept.at(-1) ?? 0)) kept.push(to);
  }
  if ((kept.at(-1) ?? 0) < text.length) kept.push(text.length);
  return kept;
}

/** A number for each unit, the same for equal ones of both texts. */
export function internedUnits(known: Map<string, number>, text: string, ends: UnitEnds): Int32Array {
  return Int32Array.from(ends, (end, i) => {
    const unit = text.slice(i === 0 ? 0 : ends[i - 1], end);
    const found = known.get(unit);
    if (found !== undefined) return found;
    known.set(unit, known.size);
    return known.size - 1;
  });
}
