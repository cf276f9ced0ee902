import { expect } from 'vitest';

/** Fails where a number is further from the expected one than `tolerance`, relative to it where it is larger than 1. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const off = Array.from(expected, (x, i) => ({ i, actual: actual[i], expected: x })).filter(
    (p) => !(Math.abs(p.actual - p.expected) <= tolerance * Math.max(1, Math.abs(p.expected))),
  );
  expect(off).toEqual([]);
}
