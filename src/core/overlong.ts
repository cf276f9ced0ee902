/**
 * Soft overlong punishment: R_length(y) = 0 for |y| ≤ L_max − L_cache, falls to −1 at L_max, and is −1 beyond.
 * @param length |y|, tokens
 * @param maxLength L_max, tokens
 * @param cache L_cache, tokens: the interval in which the punishment grows
 * @returns −1 to 0
 * Source: DAPO (arXiv:2503.14476), equation 13.
 */
export function softOverlongPunishment(length: number, maxLength: number, cache: number): number {
  const expected = maxLength - cache;
  if (length <= expected) return 0;
  return length <= maxLength ? (expected - length) / cache : -1;
}
