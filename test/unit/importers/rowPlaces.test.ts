import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowPlaces, type Run } from '../../../src/importers/parts/rowPlaces.js';

const rows = fc.array(fc.record({ key: fc.nat(3), bytes: fc.nat(300_000), blank: fc.nat(1) }), { maxLength: 300 });

test('every row is found where it stands, with those of its group, in their order; those that stand together as one', () => {
  fc.assert(
    fc.property(rows, fc.nat(2 ** 50), (all, begin) => {
      const places = new RowPlaces();
      const expected: Run[][] = [];
      const numbers = new Map<number, number>();
      let offset = begin;
      let line = 0;
      for (const { key, bytes, blank } of all) {
        line += 1 + blank;
        offset += blank;
        const group = numbers.get(key) ?? numbers.size;
        numbers.set(key, group);
        const runs = (expected[group] ??= []);
        const last = runs.at(-1);
        const together = last && last.line + last.rows === line && offset + bytes - last.offset <= 1024 * 1024;
        if (together) runs.splice(-1, 1, { ...last, bytes: offset + bytes - last.offset, rows: last.rows + 1 });
        else runs.push({ offset, bytes, line, rows: 1 });
        places.add(group, { offset, bytes, line });
        offset += bytes + 1;
      }
      expect(expected.map((_, group) => places.of(group))).toEqual(expected);
      expect(expected.map((_, group) => places.count(group))).toEqual(expected.map((runs) => runs.reduce((sum, run) => sum + run.rows, 0)));
    }),
  );
});
