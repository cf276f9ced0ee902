import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextSource, paperMixture } from '../../../src/core/mixture.js';

/** Tokens per source after each document. */
function drawn(shares: readonly number[], documents: readonly number[], longest: number): number[][] {
  const tokens = shares.map(() => 0);
  return documents.map((length) => {
    tokens[nextSource(shares, tokens, longest)] += length;
    return [...tokens];
  });
}

const documents = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 200 });
const mixtures = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 10 }).map((parts) => {
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((x) => x / sum);
});

test('whatever the documents, no source is ever more than one of them ahead of its share or behind it', () => {
  fc.assert(
    fc.property(mixtures, documents, (shares, lengths) => {
      for (const tokens of drawn(shares, lengths, 100)) {
        const total = tokens.reduce((a, b) => a + b, 0);
        shares.forEach((share, i) => expect(Math.abs(tokens[i] - share * total)).toBeLessThanOrEqual(100 + 1e-6));
      }
    }),
  );
});

test('small sources beside a large one, which the largest deficit alone would leave 1.7 documents behind', () => {
  const shares = [0.001, 0.003, 0.006, 0.005, 0.169, 0.76, 0.056];
  for (const tokens of drawn(shares, Array<number>(1000).fill(1), 1)) {
    const total = tokens.reduce((a, b) => a + b, 0);
    shares.forEach((share, i) => expect(Math.abs(tokens[i] - share * total)).toBeLessThanOrEqual(1 + 1e-9));
  }
});

test('the tokens so far are the whole state: a sampler that is stopped goes on alike', () => {
  const shares = paperMixture.map((s) => s.share);
  const lengths = Array.from({ length: 60 }, (_, i) => 10 + ((i * 37) % 90));
  const whole = drawn(shares, lengths, 100);
  const tokens = JSON.parse(JSON.stringify(whole[29])) as number[];
  for (const [i, length] of lengths.slice(30).entries()) {
    tokens[nextSource(shares, tokens, 100)] += length;
    expect(tokens).toEqual(whole[30 + i]);
  }
});

test('the paper’s mixture adds up, and documents of one length come out in exactly its shares', () => {
  const shares = paperMixture.map((s) => s.share);
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(drawn(shares, Array<number>(100).fill(1), 1).at(-1)).toEqual([56, 4, 10, 20, 10]);
});

test('a source with share 0 is never drawn, and a mixture of nothing is an error', () => {
  expect(drawn([0, 1], [5, 5, 5], 5).at(-1)).toEqual([0, 15]);
  expect(() => nextSource([0, 0], [0, 0], 5)).toThrow('No source');
});
