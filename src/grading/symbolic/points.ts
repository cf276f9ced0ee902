import type { ComputeEngine, Expression } from '@cortex-js/compute-engine';

/** How many points there are to try. */
export const pointCount = 28;

/**
 * Coordinates of the i-th point: irregular fractions in (−3, 3), at first positive ones (where roots and logarithms are real), then
 * with mixed signs (where √x² is not x), at the end small whole numbers (where factorials have a value).
 * @param names the variables, in a fixed order
 */
export function point(ce: ComputeEngine, names: readonly string[], i: number): (name: string) => Expression {
  const values = new Map(names.map((name, v) => [name, ce.number(coordinate(i, v))]));
  return (name) => values.get(name) ?? ce.number(coordinate(i, names.length));
}

const wholeFrom = 20;

function coordinate(i: number, variable: number): [numerator: number, denominator: number] {
  if (i >= wholeFrom) return [2 + ((i - wholeFrom + 3 * variable) % 8), 1];
  const denominator = [29, 31, 37, 41, 43][(i + 2 * variable) % 5];
  const numerator = 2 + ((i * 37 + variable * 61) % (3 * denominator - 4));
  const negative = i >= 6 && ((i * 0x9e3779b1) >>> (5 + variable)) % 2 === 1;
  return [negative ? -numerator : numerator, denominator];
}
