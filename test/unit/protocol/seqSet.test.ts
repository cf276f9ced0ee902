import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeqSet } from '../../../src/protocol/seqSet.js';

test('numbers in order are one interval', () => {
  const seen = new SeqSet();
  for (let i = 1; i <= 1000; i++) expect(seen.add(i)).toBe(true);
  expect(seen.intervals()).toEqual([[1, 1000]]);
  expect(seen.add(500)).toBe(false);
});

test('it holds what a set holds, and its changes replayed give the same set', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), fc.integer({ min: 1, max: 7 }), (seqs, every) => {
      const seen = new SeqSet();
      const plain = new Set<number>();
      const stored = new Map<number, number>();
      const store = () => {
        for (const [first, last] of seen.takeChanges())
          if (last === null) stored.delete(first);
          else stored.set(first, last);
      };
      for (const [i, seq] of seqs.entries()) {
        expect(seen.add(seq)).toBe(!plain.has(seq));
        plain.add(seq);
        if (i % every === 0) store();
      }
      store();
      for (let seq = 0; seq <= 62; seq++) expect(seen.has(seq)).toBe(plain.has(seq));
      expect([...stored].sort((a, b) => a[0] - b[0])).toEqual(seen.intervals());
      expect(new SeqSet([...stored].sort((a, b) => a[0] - b[0])).intervals()).toEqual(seen.intervals());
    }),
  );
});
