import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { majorityVote } from '../../../src/grading/majorityVote.js';

describe('a majority vote', () => {
  test('counts what is equal together, however it is written', () => {
    const vote = majorityVote(['2', '0.5', '1/2', ' 2 ', '\\frac{1}{2}', null, '']);
    expect(vote.classes).toEqual([
      { answer: '0.5', members: [1, 2, 4] },
      { answer: '2', members: [0, 3] },
    ]);
    expect(vote.none).toEqual([5, 6]);
    expect(vote.undecided).toEqual([]);
  });

  test('is won by the answer seen first when two have as many', () => {
    expect(majorityVote(['7', '5', '5.0', '7.0']).classes.map((c) => c.answer)).toEqual(['7', '5']);
  });

  test('keeps apart what cannot be compared', () => {
    const odd = (a: string, b: string) =>
      ({ verdict: a.includes('?') || b.includes('?') ? 'undecided' : a === b ? 'equal' : 'different' }) as const;
    expect(majorityVote(['?', '1', '1', '??', undefined], odd)).toEqual({
      classes: [{ answer: '1', members: [1, 2] }],
      undecided: [0, 3],
      none: [4],
      limited: false,
    });
  });

  test('goes by the texts alone once its time is up', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const slow = (a: string, b: string) => {
      vi.advanceTimersByTime(5);
      return { verdict: Number(a) === Number(b) ? 'equal' : 'different' } as const;
    };
    const answers = ['1', '1.0', ...Array.from({ length: 400 }, (_, i) => String(i % 200)), '1.00'];
    const { classes, limited } = majorityVote(answers, slow, 50);
    vi.useRealTimers();
    expect(limited).toBe(true);
    expect(classes[0].members.slice(0, 2)).toEqual([0, 1]);
    expect(classes.flatMap((c) => c.members)).toHaveLength(answers.length);
    expect(classes.at(-1)).toEqual({ answer: '1.00', members: [answers.length - 1] });
  });

  test('compares each distinct text once with each class', () => {
    let comparisons = 0;
    const compare = (a: string, b: string) => {
      comparisons++;
      return { verdict: Number(a) === Number(b) ? 'equal' : 'different' } as const;
    };
    majorityVote(
      Array.from({ length: 1000 }, (_, i) => String(i % 4)),
      compare,
    );
    expect(comparisons).toBeLessThanOrEqual(4 * 5);
  });

  test('places every solution once, and only equal numbers together', () => {
    const answer = fc.option(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.constantFrom('', '.0', '/1')).map(([n, end]) => `${n}${end}`));
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 30 }), (answers) => {
        const { classes, undecided, none } = majorityVote(answers);
        const placed = [...classes.flatMap((c) => c.members), ...undecided, ...none].sort((a, b) => a - b);
        expect(placed).toEqual(answers.map((_, i) => i));
        const values = classes.map((c) => new Set(c.members.map((i) => parseInt(answers[i]!, 10))));
        expect(values.every((v) => v.size === 1)).toBe(true);
        expect(new Set(values.map((v) => [...v][0])).size).toBe(classes.length);
        expect(classes.map((c) => c.members.length)).toEqual(classes.map((c) => c.members.length).sort((a, b) => b - a));
      }),
    );
  });
});
