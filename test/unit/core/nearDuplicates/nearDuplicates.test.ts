import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mulberry32 } from '../../../../src/core/mulberry32.js';
import { hashes, signature, similarity } from '../../../../src/core/nearDuplicates/minHash.js';
import { nearClusters, nearCount, nearSimilarity } from '../../../../src/core/nearDuplicates/nearClusters.js';
import { resemblance, shingles } from '../../../../src/core/nearDuplicates/shingles.js';

const words = 'so the sum of 12 and 7 is let me check that we have three apples times four'.split(' ');
/** A text, and another one in which some words are others. */
function pair(random: () => number, length: number, changed: number): [string, string] {
  const word = (): string => words[Math.floor(random() * words.length)];
  const text = Array.from({ length }, word);
  return [text.join(' '), text.map((w) => (random() < changed ? word() : w)).join(' ')];
}
const signed = (text: string) => signature(shingles(text));

test('a shingle is a run of five words, numbers or signs; case and white space do not count', () => {
  expect(shingles('a b c d e f')).toHaveLength(2);
  expect(shingles('A  b\nC d e F')).toEqual(shingles('a b c d e f'));
  expect(shingles('a b')).toHaveLength(1);
  expect(shingles('')).toHaveLength(0);
  // a b a b a, b a b a b, and again.
  expect(shingles('a b a b a b a b')).toHaveLength(2);
  expect(shingles('a b c d e')).not.toEqual(shingles('a b c e d'));
});

test('resemblance is the share of shingles that both have', () => {
  // Of two to each side one is in both: 1 of 3.
  expect(resemblance(shingles('a b c d e f'), shingles('b c d e f g'))).toBeCloseTo(1 / 3);
  expect(resemblance(shingles(''), shingles(''))).toBe(1);
  expect(resemblance(shingles('a'), shingles(''))).toBe(0);
});

test('equal sets are estimated to be equal, sets without a common shingle to have nothing in common', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (text) => {
      expect(similarity(signed(text.join(' ')), signed(text.join('\n').toUpperCase()))).toBe(1);
      expect(similarity(signed(`x ${text.join(' x ')}`), signed(`y ${text.map(() => 'y y').join(' y ')}`))).toBe(0);
    }),
  );
});

test('of any two texts the estimate is within what its distribution allows of the exact similarity', () => {
  // Hoeffding: an estimate from 144 hash values is off by more than 0.4 in fewer than one of 10^19 cases.
  const anyText = fc.array(fc.constantFrom(...words), { maxLength: 60 });
  fc.assert(
    fc.property(anyText, anyText, fc.nat(60), (a, b, at) => {
      const other = [...a.slice(0, at), ...b, ...a.slice(at)].join(' ');
      const [left, right] = [shingles(a.join(' ')), shingles(other)];
      expect(Math.abs(similarity(signature(left), signature(right)) - resemblance(left, right))).toBeLessThan(0.4);
    }),
  );
});

test.each([
  [20, 0.05],
  [60, 0.02],
  [300, 0.03],
  [1000, 0.005],
])('the estimate has no bias and the error that theory gives it: texts of %i words', (length, changed) => {
  const random = mulberry32(length);
  let [bias, squares, variance] = [0, 0, 0];
  const pairs = 300;
  for (let i = 0; i < pairs; i++) {
    const [a, b] = pair(random, length, changed).map(shingles);
    const exact = resemblance(a, b);
    const error = similarity(signature(a), signature(b)) - exact;
    bias += error / pairs;
    squares += error ** 2 / pairs;
    variance += (exact * (1 - exact)) / hashes / pairs;
  }
  expect(Math.abs(bias)).toBeLessThan(4 * Math.sqrt(variance / pairs));
  expect(squares / variance).toBeGreaterThan(0.6);
  expect(squares / variance).toBeLessThan(1.6);
});

test('clusters are those of comparing all with all, exactly, where no pair is close to the boundary', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 30 }), (seed, origins, copies) => {
      const random = mulberry32(seed);
      const texts = Array.from({ length: origins }, () => pair(random, 200, 0)[0]);
      for (let i = 0; i < copies; i++) {
        // One word at either end is another: 4 of 196 shingles or fewer are lost.
        const text = texts[Math.floor(random() * origins)].split(' ');
        text[random() < 0.5 ? 0 : text.length - 1] = `other${i}`;
        texts.push(text.join(' '));
      }
      const sets = texts.map(shingles);
      const label = texts.map((_, i) => i);
      for (let i = 0; i < texts.length; i++)
        for (let j = 0; j < i; j++)
          if (label[i] !== label[j] && resemblance(sets[i], sets[j]) >= nearSimilarity) {
            const [from, to] = [Math.max(label[i], label[j]), Math.min(label[i], label[j])];
            for (const [k, l] of label.entries()) if (l === from) label[k] = to;
          }
      const exact = [...Map.groupBy(label.keys(), (i) => label[i]).values()].filter((members) => members.length > 1);
      const found = nearClusters(sets.map(signature));
      expect(found.map(({ members }) => members).sort((a, b) => a[0] - b[0])).toEqual(exact);
      expect(nearCount(found)).toBe(texts.length - new Set(label).size);
      for (const [i, { members, loosest }] of found.entries()) {
        expect(loosest).toBeGreaterThan(0.5);
        expect(members.length).toBeLessThanOrEqual(found[Math.max(0, i - 1)].members.length);
      }
    }),
    { numRuns: 40 },
  );
});

test('texts that hang together through others are one cluster, and how loose it is is said', () => {
  const random = mulberry32(7);
  const chain = [pair(random, 300, 0)[0].split(' ')];
  // Each has 20 words in the place of 20 of the one before: alike to that one only.
  for (let i = 0; i < 5; i++) chain.push(chain[i].with(0, 'x').map((w, at) => (Math.floor(at / 20) === i ? `w${i}` : w)));
  const [cluster, ...others] = nearClusters(chain.map((text) => signed(text.join(' '))));
  expect(others).toEqual([]);
  expect(cluster.members).toEqual([0, 1, 2, 3, 4, 5]);
  expect(cluster.loosest).toBeLessThan(nearSimilarity);
  expect(nearClusters([])).toEqual([]);
});

test('thousands of equal texts are one cluster', () => {
  const one = signed('the same text for all of them');
  const clusters = nearClusters(Array.from({ length: 20_000 }, () => one));
  expect(clusters.map(({ members, loosest }) => [members.length, loosest])).toEqual([[20_000, 1]]);
});
