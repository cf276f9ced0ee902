import fc from 'fast-check';
import { expect, test } from 'vitest';
import { samplerGap } from '../../../src/core/samplerGap.js';
import { TopK } from '../../../src/core/topK.js';
import { badness, scanTokens, tokenMeasures } from '../../../src/core/worstTokens.js';

test('the k largest of a stream are those that sorting all of it gives, in that order', () => {
  // Few distinct scores, so that many are equal.
  const scores = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), { maxLength: 200 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 0, max: 40 }), (all, k) => {
      const top = new TopK<number>(k);
      let made = 0;
      all.forEach((score, i) => top.add(score, () => (made++, i)));
      const sorted = all.map((_, i) => i).sort((a, b) => (all[a] === all[b] ? a - b : all[b] < all[a] ? -1 : 1));
      expect(top.sorted).toEqual(sorted.slice(0, k));
      expect(top.floor).toBe(all.length < k ? -Infinity : k === 0 ? Infinity : all[sorted[k - 1]]);
      expect(made).toBeGreaterThanOrEqual(Math.min(k, all.length));
    }),
  );
});

test('a ratio of 2 is as bad as one of ½, a difference as bad as its opposite; what agrees is not bad', () => {
  expect(badness('ratio', 2)).toBeCloseTo(badness('ratio', 0.5), 12);
  expect([badness('ratio', 1), badness('sampler', 0), badness('kl', 0)]).toEqual([0, 0, 0]);
  expect([badness('sampler', -1.5), badness('kl', 0.25), badness('ratio', 0)]).toEqual([1.5, 0.25, Infinity]);
  expect([badness('ratio', -1), badness('ratio', NaN), badness('kl', NaN)]).toEqual([NaN, NaN, NaN]);
});

test('masked tokens and those without a number are counted, and are never bad', () => {
  for (const by of tokenMeasures) {
    const bad: number[] = [];
    expect(scanTokens(by, [3, NaN, 5, 9], [1, 1, 1, 0], (token) => bad.push(token))).toEqual({ tokens: 2, masked: 1, unknown: 1 });
    expect(bad).toEqual([0, 2]);
  }
});

test('by the sampler it is what the solution’s own list has', () => {
  const number = fc.double({ min: -5, max: 0, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number, fc.boolean()), { minLength: 1, maxLength: 50 }), (tokens) => {
      const [sampler, old, mask] = [tokens.map((t) => t[0]), tokens.map((t) => t[1]), tokens.map((t) => Number(t[2]))];
      const gap = samplerGap(sampler, old, mask, 5);
      const top = new TopK<number>(5);
      const gaps = old.map((x, t) => x - sampler[t]);
      const tally = scanTokens('sampler', gaps, mask, (token, score) => top.add(score, () => token));
      expect(top.sorted).toEqual(gap.worst.map((w) => w.token));
      expect(tally).toEqual({ tokens: gap.tokens, masked: gap.masked, unknown: gap.unknown });
    }),
  );
});
