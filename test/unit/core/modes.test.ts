import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signature } from '../../../src/core/nearDuplicates/minHash.js';
import { shingles } from '../../../src/core/nearDuplicates/shingles.js';
import { answerEntropy, countModes, groupModes as modesOf, modeMeans, modesTotal, noModes } from '../../../src/core/modes.js';

const groupModes = (answers: (string | null)[], texts: string[]) =>
  modesOf(
    answers,
    texts,
    texts.map((text) => signature(shingles(text))),
  );

test('a group with one answer has no entropy, one with as many as solutions the most there can be', () => {
  expect(groupModes(['47', '47', null, '29'], ['a', 'b', 'a', 'a'])).toEqual({
    ...{ solutions: 4, answered: 3, distinct: 2, repeated: 2, near: 2 },
    entropy: expect.closeTo((2 / 3) * Math.log(3 / 2) + (1 / 3) * Math.log(3)) as number,
  });
  expect(answerEntropy([5])).toBeCloseTo(0);
  expect(answerEntropy([1, 1, 1, 1])).toBeCloseTo(Math.log(4));
  expect(answerEntropy([1])).toBeNull();
  expect(answerEntropy([])).toBeNull();
});

test('entropy lies between 0 and the logarithm of the answers, and is as Σ p ln p says', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 20 }), (counts) => {
      const sum = counts.reduce((a, b) => a + b, 0);
      const expected = -counts.reduce((h, n) => h + (n / sum) * Math.log(n / sum), 0);
      expect(answerEntropy(counts)).toBeCloseTo(expected, 9);
      expect(answerEntropy(counts)!).toBeLessThanOrEqual(Math.log(counts.length) + 1e-9);
    }),
  );
});

test('means are over groups that tell; of what no group tells nothing is said', () => {
  const [a, b] = [noModes(1), noModes(2)];
  countModes(a, groupModes(['1', '2'], ['x', 'x']));
  countModes(a, groupModes(['1', null], ['x', 'y']));
  countModes(b, groupModes([null, null], ['x', 'y']));
  expect(modeMeans(a)).toEqual({
    distinct: 1.5,
    entropy: expect.closeTo(Math.log(2)) as number,
    repeated: 0.25,
    near: 0.25,
    answered: 0.75,
  });
  expect(modeMeans(b)).toEqual({ distinct: null, entropy: null, repeated: 0, near: 0, answered: 0 });
  expect(modesTotal([a, b])).toMatchObject({ from: 1, to: 2, groups: 3, solutions: 6, answered: 3, repeated: 1, entropyGroups: 1 });
});

test('near-duplicates are counted beside texts that are repeated letter by letter', () => {
  const text = 'we add twelve and seven and get nineteen so the answer is nineteen as was to be shown here at the end of it all';
  expect(groupModes([null, null, null, null], [text, text, `${text} .`, 'something else'])).toMatchObject({ repeated: 1, near: 2 });
});
