import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Numbering } from '../../../src/importers/compact/numbering.js';
import { NumberTable } from '../../../src/importers/compact/numberTable.js';

const half = fc.oneof(fc.nat(3), fc.integer());

test('keys are numbered in the order in which they come, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half), { maxLength: 400 }), (keys) => {
      const numbering = new Numbering();
      const expected = new Map<string, number>();
      for (const [a, b] of keys) {
        const known = expected.get(`${a} ${b}`);
        expect(numbering.get(a, b)).toBe(known ?? -1);
        expected.set(`${a} ${b}`, known ?? expected.size);
        expect(numbering.add(a, b)).toBe(known ?? expected.size - 1);
      }
      for (const [a, b] of keys) expect(numbering.get(a, b)).toBe(expected.get(`${a} ${b}`));
      expect(numbering.size).toBe(expected.size);
    }),
  );
});

test('halves are the same with and without their sign, as hashes have them', () => {
  const numbering = new Numbering();
  expect([numbering.add(2 ** 32 - 1, 7), numbering.add(-1, 7), numbering.get(2 ** 32 - 1, 7)]).toEqual([0, 0, 0]);
});

test('a table keeps its rows as it grows over its pieces, and what is set later', () => {
  const table = new NumberTable(Float64Array, 3);
  const rows = 10_000;
  for (let i = 0; i < rows; i++) {
    expect(table.add()).toBe(i);
    table.set(i, 0, i);
    if (i % 2 === 0) table.set(i, 1, i / 3);
  }
  table.set(4096, 2, 2 ** 52);
  for (let i = 0; i < rows; i++)
    expect([0, 1, 2].map((column) => table.get(i, column))).toEqual([i, i % 2 === 0 ? i / 3 : 0, i === 4096 ? 2 ** 52 : 0]);
});
