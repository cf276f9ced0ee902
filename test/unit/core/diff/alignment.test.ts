import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align, type Stretch } from '../../../../src/core/diff/alignment.js';

const letters = (max: number, kinds: number) => fc.array(fc.nat(kinds - 1), { maxLength: max });

/** Every item once and in order, and what is called the same is. */
function checked(a: ArrayLike<number>, b: ArrayLike<number>, stretches: Stretch[]): void {
  let [i, j] = [0, 0];
  stretches.forEach(({ same, a: [aFrom, aTo], b: [bFrom, bTo] }, at) => {
    expect([aFrom, bFrom]).toEqual([i, j]);
    expect(aTo - aFrom + (bTo - bFrom)).toBeGreaterThan(0);
    if (same) for (let k = 0; k < Math.max(aTo - aFrom, bTo - bFrom); k++) expect(a[aFrom + k]).toBe(b[bFrom + k]);
    if (at > 0) expect(stretches[at - 1].same).toBe(!same);
    [i, j] = [aTo, bTo];
  });
  expect([i, j]).toEqual([a.length, b.length]);
}
const edits = (stretches: Stretch[]): number => stretches.reduce((n, { same, a, b }) => (same ? n : n + a[1] - a[0] + b[1] - b[0]), 0);

/** Items that must be taken out and put in, by the whole table. */
function fewestEdits(a: number[], b: number[]): number {
  let row = b.map((_, j) => j + 1);
  row.unshift(0);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(a[i - 1] === b[j - 1] ? row[j - 1] : 1 + Math.min(row[j], next[j - 1]));
    row = next;
  }
  return row[b.length];
}

describe('two sequences aligned', () => {
  test('hold all of both, in order, with as few edits as there can be', () => {
    fc.assert(
      fc.property(letters(60, 4), letters(60, 4), (a, b) => {
        const { stretches, isWhole } = align(a, b);
        checked(a, b, stretches);
        expect(isWhole).toBe(true);
        expect(edits(stretches)).toBe(fewestEdits(a, b));
      }),
    );
  });

  test('two of 32,000 without a likeness, and two that are alike at every third place, are aligned whole', () => {
    const length = 32_000;
    const strange = align(
      Int32Array.from({ length }, (_, i) => 2 * i),
      Int32Array.from({ length }, (_, i) => 2 * i + 1),
    );
    expect(edits(strange.stretches)).toBe(2 * length);
    const a = Int32Array.from({ length }, (_, i) => (i * 7919) % 251);
    const b = Int32Array.from({ length }, (_, i) => (i % 3 === 0 ? a[i] : (i * 104_729) % 257));
    const mixed = align(a, b);
    checked(a, b, mixed.stretches);
  });

  test('one that is given up holds all of both all the same, and says so', () => {
    fc.assert(
      fc.property(letters(400, 3), letters(400, 3), fc.integer({ min: 0, max: 500 }), (a, b, budget) => {
        const { stretches } = align(a, b, budget);
        checked(a, b, stretches);
      }),
    );
    const length = 3000;
    const { isWhole } = align(
      Int32Array.from({ length }, (_, i) => i),
      Int32Array.from({ length }, (_, i) => length - i),
      1000,
    );
    expect(isWhole).toBe(false);
  });
});
