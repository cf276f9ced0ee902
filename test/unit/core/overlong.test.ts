import fc from 'fast-check';
import { expect, test } from 'vitest';
import { softOverlongPunishment } from '../../../src/core/overlong.js';

// DAPO, section 3.4: 16,384 tokens are expected, 4,096 more are the cache.
test.each([
  [0, 0],
  [16_384, 0],
  [16_385, -1 / 4096],
  [18_432, -0.5],
  [20_480, -1],
  [20_481, -1],
  [1_000_000, -1],
])('%i tokens cost %f', (length, cost) => expect(softOverlongPunishment(length, 20_480, 4096)).toBeCloseTo(cost, 12));

test('a longer solution never costs less, and none more than 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), fc.nat(10_000), fc.nat(100), (cache, expected, length, more) => {
      const [a, b] = [length, length + more].map((l) => softOverlongPunishment(l, expected + cache, cache));
      expect(b).toBeLessThanOrEqual(a);
      expect(a).toBeLessThanOrEqual(0);
      expect(b).toBeGreaterThanOrEqual(-1);
    }),
  );
});
