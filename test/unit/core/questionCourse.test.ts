import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { questionCourse } from '../../../src/core/questionCourse.js';

const course = (...rights: number[]) => questionCourse(rights.map((right, i) => ({ step: 10 * (i + 1), right, size: 4 })));

describe('how a question went', () => {
  test('each course by an example', () => {
    expect(course(0, 0, 0)).toEqual({ kind: 'never solved', since: null, turns: 0, first: 0, last: 0 });
    expect(course(0, 1, 0)).toMatchObject({ kind: 'mostly wrong', turns: 0 });
    expect(course(3, 2, 4)).toMatchObject({ kind: 'mostly right', turns: 0, first: 0.75, last: 1 });
    expect(course(0, 1, 2, 4)).toEqual({ kind: 'learned', since: 30, turns: 1, first: 0, last: 1 });
    expect(course(4, 1, 0)).toEqual({ kind: 'forgotten', since: 20, turns: 1, first: 1, last: 0 });
    expect(course(4, 0, 4, 0)).toMatchObject({ kind: 'flips', since: null, turns: 3 });
    expect(questionCourse([])).toEqual({ kind: 'not judged', since: null, turns: 0, first: null, last: null });
  });

  test('to be asked the same again changes nothing but the end', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }), (rights) => {
        expect(course(...rights, rights.at(-1)!)).toEqual(course(...rights));
      }),
    );
  });

  test('backwards, what was learned is forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }), (rights) => {
        const [there, back] = [course(...rights), course(...rights.toReversed())];
        const turned = { learned: 'forgotten', forgotten: 'learned' } as Record<string, string>;
        expect(back.kind).toBe(turned[there.kind] ?? there.kind);
        expect(back.turns).toBe(there.turns);
      }),
    );
  });
});
