import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../src/engine/random.js';

const seed = fc.nat({ max: 2 ** 32 - 1 });

test('a stream continues from its written state exactly', () => {
  fc.assert(
    fc.property(seed, fc.nat({ max: 50 }), (s, before) => {
      const stream = Random.derive(s, 'data');
      for (let i = 0; i < before; i++) stream.next();
      const later = Random.restore(JSON.parse(JSON.stringify(stream.state)) as Random['state']);
      expect(Array.from({ length: 20 }, later.next)).toEqual(Array.from({ length: 20 }, stream.next));
    }),
  );
});

test('each seed and each purpose has its own stream', () => {
  const first = (s: number, purpose: string) => Random.derive(s, purpose).next();
  const draws = Array.from({ length: 1000 }, (_, s) => [first(s, 'data'), first(s, 'sample')]).flat();
  expect(new Set(draws).size).toBe(draws.length);
});

test('xoshiro128** gives the numbers of its reference implementation', () => {
  const stream = Random.restore([1, 2, 3, 4]);
  expect(Array.from({ length: 4 }, () => stream.next() * 2 ** 32)).toEqual([11520, 0, 5927040, 70819200]);
});

test('integers are within their bounds, and every one of them comes', () => {
  const stream = Random.derive(7, 'dice');
  const counts = new Map<number, number>();
  for (let i = 0; i < 6000; i++) {
    const n = stream.integer(1, 6);
    counts.set(n, (counts.get(n) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  for (const n of counts.values()) expect(Math.abs(n - 1000)).toBeLessThan(150);
});
