import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CourseList, courseOrders, inCourseOrder, type ListedCourse } from '../../../src/core/courseList.js';
import { courseKinds } from '../../../src/core/questionCourse.js';

const row = (question: string, over: Partial<ListedCourse> = {}): ListedCourse => ({
  ...{ question, askings: 3, from: 1, kind: 'learned', since: 2, turns: 1, first: 0, last: 1 },
  ...over,
});
const listed = (rows: ListedCourse[], choice: Partial<ConstructorParameters<typeof CourseList>[0]> = {}) => {
  const list = new CourseList({ only: null, search: '', order: 'course', limit: 10, ...choice });
  for (const r of rows) list.add(r);
  return list;
};

test('questions are counted by how they went, whatever is chosen of them', () => {
  const rows = [
    row('A sum?'),
    row('a Product?', { kind: 'never solved', last: 0 }),
    row('Another sum?', { kind: 'forgotten', first: 1, last: 0 }),
  ];
  const list = listed(rows, { search: 'SUM', only: 'forgotten' });
  expect([list.total, list.chosen]).toEqual([3, 1]);
  expect(list.kinds).toEqual([
    ['never solved', 1],
    ['learned', 1],
    ['forgotten', 1],
  ]);
  expect(list.rows.map((r) => r.question)).toEqual(['Another sum?']);
  expect(listed(rows, { order: 'gain' }).rows.map((r) => r.question)).toEqual(['A sum?', 'a Product?', 'Another sum?']);
});

test('a long list keeps the rows that sorting all of it would begin with', () => {
  const rows = fc.array(
    fc.record({ askings: fc.nat(9), kind: fc.constantFrom(...courseKinds), first: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) }),
    { minLength: 900, maxLength: 2500 },
  );
  fc.assert(
    fc.property(rows, fc.constantFrom(...courseOrders), fc.integer({ min: 1, max: 20 }), (some, order, limit) => {
      const all = some.map((of, i) => row(String(i), { ...of, from: i, last: of.first === null ? null : 0.5 }));
      const first = [...all].sort(inCourseOrder[order]).slice(0, limit);
      expect(listed(all, { order, limit }).rows).toEqual(first);
    }),
    { numRuns: 30 },
  );
});
