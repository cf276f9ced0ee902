import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gather, type GatheredGroup } from '../../../src/importers/formats/generic/gather.js';

const row = (key: string, text: string, step = 1) => ({ step, key, question: { text: key }, gold: null, solutions: [{ text }] });
const textsOf = ({ question, solutions }: GatheredGroup): string => `${question.text}:${solutions.map((s) => s.text).join('')}`;

test('a group that is told while rows still come is told again, whole', () => {
  const gather = new Gather();
  gather.add(row('a', '1'));
  gather.add(row('b', '2'));
  expect(gather.flush().map(textsOf)).toEqual(['a:1', 'b:2']);
  expect(gather.flush()).toEqual([]);
  gather.add(row('a', '3'));
  expect(gather.flush()).toMatchObject([{ step: 1, group: 0 }]);
});

test('when memory is short the group without rows for longest is closed, and a return of its key is counted', () => {
  const gather = new Gather(400);
  const groups = ['a', 'b', 'a', 'c'].flatMap((key) => gather.add(row(key, 'x'.repeat(50))));
  expect(groups.map((g) => g.question.text)).toEqual(['b']);
  gather.add(row('b', 'y'));
  expect(gather.split).toBe(1);
});

test('whatever the order of rows, every one is told, in its group, when memory is enough', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.constantFrom('a', 'b', 'c'))), (rows) => {
      const gather = new Gather();
      rows.forEach(([step, key], i) => gather.add(row(key, `${i};`, step)));
      const expected = new Map<string, string>();
      rows.forEach(([step, key], i) => expected.set(`${step}${key}`, `${expected.get(`${step}${key}`) ?? ''}${i};`));
      const groups = new Map(gather.flush().map((g) => [`${g.step}${g.question.text}`, g.solutions.map((s) => s.text).join('')]));
      expect(groups).toEqual(expected);
    }),
  );
});
