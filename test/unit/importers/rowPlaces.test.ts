import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowPlaces, type Place } from '../../../src/importers/parts/rowPlaces.js';

const rows = fc.array(fc.record({ key: fc.nat(9), bytes: fc.nat(2 ** 31), far: fc.nat(2 ** 50) }), { maxLength: 300 });

test('every row is found where it stands, with those of its group, in their order', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const places = new RowPlaces();
      const expected: Place[][] = [];
      const numbers = new Map<number, number>();
      for (const [i, { key, bytes, far }] of all.entries()) {
        const group = numbers.get(key) ?? numbers.size;
        numbers.set(key, group);
        const place = { offset: far, bytes, line: i + 1 };
        (expected[group] ??= []).push(place);
        places.add(group, { ...place });
      }
      expect(expected.map((_, group) => places.of(group))).toEqual(expected);
    }),
  );
});
