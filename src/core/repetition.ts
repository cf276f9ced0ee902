/** Words, numbers, and every other visible character by itself: Chinese and mathematics have no spaces between words. */
const piece = /\p{Script=Han}|[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu;

/** The words, numbers and signs of a text, in small letters. */
export const pieces = (text: string): string[] => text.toLowerCase().match(piece) ?? [];

/**
 * Share of a text's n-grams that repeat an earlier one: 1 − distinct / all, over words, numbers and signs, case ignored.
 * A text shorter than n repeats nothing.
 * @returns 0 (nothing repeats) to below 1
 * Source: the repetition penalty of Yeo et al. 2025, Demystifying Long Chain-of-Thought Reasoning (arXiv:2502.03373), as a share.
 */
export function repetitionShare(text: string, n: number): number {
  const all = pieces(text);
  const count = all.length - n + 1;
  if (count <= 0) return 0;
  // Pieces hold no white space, so joined ones cannot be mistaken for others.
  const distinct = new Set(Array.from({ length: count }, (_, i) => all.slice(i, i + n).join(' ')));
  return (count - distinct.size) / count;
}
