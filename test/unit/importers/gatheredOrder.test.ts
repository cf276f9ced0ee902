import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatheredOrder, inferGroupSize } from '../../../src/importers/foreignGroups.js';

test('rows of groups in any order come to stand in blocks, each row once and in its order', () =>
  fc.assert(
    fc.property(
      fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 4 })).chain(([prompts, size]) =>
        fc.tuple(
          fc.constant(size),
          fc.shuffledSubarray(
            Array.from({ length: prompts * size }, (_, i) => i),
            { minLength: prompts * size },
          ),
        ),
      ),
      ([size, shuffled]) => {
        const prompts = shuffled.map((i) => `p${Math.floor(i / size)}`);
        const order = gatheredOrder(prompts, size);
        // Null: they stood in blocks already.
        const rows = order ?? prompts.map((_, i) => i);
        expect([...rows].sort((a, b) => a - b)).toEqual(prompts.map((_, i) => i));
        expect(inferGroupSize(rows.map((i) => prompts[i]))! % size).toBe(0);
        for (const [at, i] of rows.entries()) if (at > 0 && prompts[rows[at - 1]] === prompts[i]) expect(rows[at - 1]).toBeLessThan(i);
      },
    ),
  ));

test.each([
  ['blocks as they should be', ['a', 'a', 'b', 'b'], 2],
  ['blocks of a size that nobody knows', ['a', 'a', 'b', 'b'], null],
  ['two groups of one prompt side by side', ['a', 'a', 'a', 'a'], 2],
  ['no prompt twice', ['a', 'b', 'c'], null],
  ['a prompt that comes once more by chance', ['a', 'b', 'a'], null],
  ['more or fewer of each than the size', ['a', 'b', 'a', 'b', 'a', 'b'], 2],
  ['groups of one', ['a', 'b', 'a', 'b'], 1],
  ['no rows', [], null],
] as const)('%s stay where they are', (_, prompts, size) => expect(gatheredOrder(prompts, size)).toBeNull());
