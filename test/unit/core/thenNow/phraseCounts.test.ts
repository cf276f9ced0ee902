import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestPhrase, longestWord, noPhrase, PhraseCounts, type PhraseSums } from '../../../../src/core/thenNow/phraseCounts.js';
import type { Side } from '../../../../src/core/thenNow/stepRange.js';

interface Solution {
  words: string[];
  advantage: number | null;
}
interface Group {
  side: Side;
  solutions: Solution[];
}

const word = fc.constantFrom('let', 'me', 'check', 'so', 'x'.repeat(longestWord), 'y'.repeat(longestWord + 1));
const solution: fc.Arbitrary<Solution> = fc.record({
  words: fc.array(word, { maxLength: 12 }),
  advantage: fc.option(fc.integer({ min: -3, max: 3 }), { nil: null }),
});
const group: fc.Arbitrary<Group> = fc.record({
  side: fc.constantFrom(0, 1),
  solutions: fc.array(solution, { maxLength: 5 }),
});

const counted = (groups: readonly Group[], capacity?: number): PhraseCounts => {
  const counts = new PhraseCounts(capacity);
  for (const { side, solutions } of groups) {
    counts.beginGroup(side, solutions.length);
    for (const { words, advantage } of solutions) counts.add(words, advantage);
  }
  return counts;
};

/** All runs of words of each solution, as a set. */
function phrasesOf(words: readonly string[]): Set<string> {
  const all = new Set<string>();
  for (let length = 1; length <= longestPhrase; length++)
    for (let i = 0; i + length <= words.length; i++) {
      const part = words.slice(i, i + length);
      if (part.every((w) => w.length <= longestWord)) all.add(part.join(' '));
    }
  return all;
}

function reference(groups: readonly Group[]): Map<string, [PhraseSums, PhraseSums]> {
  const sums = new Map<string, [PhraseSums, PhraseSums]>();
  for (const { side, solutions } of groups) {
    const each = solutions.map(({ words, advantage }) => ({ phrases: phrasesOf(words), advantage }));
    for (const phrase of new Set(each.flatMap(({ phrases }) => [...phrases]))) {
      const having = each.filter(({ phrases }) => phrases.has(phrase));
      const known = having.flatMap(({ advantage }) => (advantage === null ? [] : [advantage]));
      const of = sums.get(phrase) ?? [noPhrase(), noPhrase()];
      sums.set(phrase, of);
      of[side].having += having.length;
      of[side].squares += having.length ** 2;
      of[side].products += having.length * solutions.length;
      of[side].known += known.length;
      of[side].advantage += known.reduce((a, b) => a + b, 0);
    }
  }
  return sums;
}

const found = (counts: PhraseCounts): Map<string, unknown> => new Map([...counts.phrases(1)].map(({ phrase, sums }) => [phrase, sums]));

describe('phrases of solutions', () => {
  test('are counted as by looking through all of them', () => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 12 }), (groups) => {
        const counts = counted(groups);
        expect(found(counts)).toEqual(reference(groups));
        expect(counts.lost).toBe(0);
        for (const side of [0, 1] as const) {
          const sizes = groups.filter((g) => g.side === side).map((g) => g.solutions.length);
          expect(counts.read[side]).toMatchObject({
            ...{ groups: sizes.length, solutions: sizes.reduce((a, b) => a + b, 0) },
            sizeSquares: sizes.reduce((sum, m) => sum + m * m, 0),
          });
        }
      }),
    );
  });

  test('with little memory none is counted too often, and none more than "lost" too seldom', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 4, maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (groups, capacity) => {
        const counts = counted(groups, capacity);
        const kept = found(counts) as Map<string, [PhraseSums, PhraseSums]>;
        expect(kept.size).toBeLessThanOrEqual(capacity);
        for (const [phrase, truth] of reference(groups)) {
          const of = kept.get(phrase) ?? [noPhrase(), noPhrase()];
          for (const side of [0, 1] as const) expect(of[side].having).toBeLessThanOrEqual(truth[side].having);
          const missing = truth[0].having + truth[1].having - of[0].having - of[1].having;
          expect(missing).toBeLessThanOrEqual(counts.lost);
        }
      }),
    );
  });
});
