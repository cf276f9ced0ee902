import { largest, smallest } from '../../../src/core/extremes.js';

/** Bars around zero in a plot of height 1 (0 is the bottom). Pure. */
export interface BarScale {
  low: number;
  high: number;
  /** Height of zero. */
  zero: number;
  /** @returns where the bar of a value starts and how tall it is, as shares of the plot's height */
  bar(value: number): { bottom: number; height: number };
}

/** @param symmetric the same reach on both sides of zero, so that opposite values look opposite */
export function barScale(values: readonly (number | null)[], symmetric = false): BarScale {
  const known = values.filter((v): v is number => v !== null && Number.isFinite(v));
  let low = smallest(known, 0);
  let high = largest(known, 0);
  if (symmetric) [low, high] = [-Math.max(high, -low), Math.max(high, -low)];
  if (low === high) [low, high] = symmetric ? [-1, 1] : [0, 1];
  const at = (v: number) => (v - low) / (high - low);
  const zero = at(0);
  return {
    low,
    high,
    zero,
    bar: (value) => {
      const end = at(Math.min(high, Math.max(low, value)));
      return { bottom: Math.min(zero, end), height: Math.abs(end - zero) };
    },
  };
}
