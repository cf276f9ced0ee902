/**
 * Limits that hold before any work is done, so that no answer can cost more than some milliseconds. What exceeds one is
 * undecided, with the limit as the reason.
 */
export const limits = {
  /** UTF-16 code units of one answer. */
  characters: 10_000,
  tokens: 4_000,
  /** Brackets, braces, exponents and functions inside one another. */
  nesting: 60,
  /** Digits of one numeral. */
  digits: 1_000,
  /** Bits of the numerator or denominator of an exact rational. */
  bits: 4_096,
  /** n in n! and in binomials; the sum over one comparison is limited by `steps`. */
  factorial: 5_000,
  /** Members of a list, tuple, set or matrix. */
  members: 400,
  /** Elementary operations of one comparison. */
  steps: 40_000,
} as const;

/** An answer asks for more work than the limits allow. */
export class LimitError extends Error {}

/** A number is too large to be written out; its image modulo a prime may still be had. */
export class SizeError extends LimitError {}

/** An answer is not in any notation that the parser knows. */
export class ParseError extends Error {}

/** Counts elementary operations; throws once there were too many. */
export class Steps {
  private left: number = limits.steps;

  spend(n = 1): void {
    this.left -= n;
    if (this.left < 0) throw new LimitError('it takes too many operations');
  }
}
