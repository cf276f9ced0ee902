/** A text as the set of its shingles: runs of words, numbers and signs. Pure. */
import { avalanche } from '../hash.js';
import { pieces } from '../repetition.js';

/** Pieces of a shingle. */
export const shingleLength = 5;

/**
 * The distinct shingles of a text by 32-bit hashes, in the order in which they first stand there; case and white space do not count. A text
 * of fewer pieces is one shingle, one without any has none.
 * Of n shingles about n²/2³³ share a hash with another one, which takes them for equal.
 * Source: Broder, "On the resemblance and containment of documents" (Compression and Complexity of Sequences 1997), section 2.
 */
export function shingles(text: string): Uint32Array {
  const hashes = pieces(text).map(hashOf);
  const length = Math.min(shingleLength, hashes.length);
  const distinct = new Set<number>();
  if (length > 0)
    for (let i = 0; i + length <= hashes.length; i++) {
      let h = length;
      for (let j = i; j < i + length; j++) h = Math.imul(h ^ hashes[j], 0x9e3779b1) + 0x7f4a7c15;
      distinct.add(avalanche(h));
    }
  return Uint32Array.from(distinct);
}

/** FNV-1a over UTF-16 code units, mixed: pieces are short. */
function hashOf(piece: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < piece.length; i++) h = Math.imul(h ^ piece.charCodeAt(i), 0x01000193);
  return avalanche(h);
}

/** Jaccard similarity |A ∩ B| / |A ∪ B| of two sets of distinct shingles; two empty ones are equal. */
export function resemblance(a: Uint32Array, b: Uint32Array): number {
  if (a.length === 0 && b.length === 0) return 1;
  const of = new Set(a);
  const both = b.reduce((n, shingle) => n + (of.has(shingle) ? 1 : 0), 0);
  return both / (a.length + b.length - both);
}
