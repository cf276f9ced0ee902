import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepBoundaries } from '../../../src/core/stepBoundaries.js';
import { stepEnds } from '../../../src/engine/stepEnds.js';

const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 });

test('a step ends with the first token that reaches its boundary', () => {
  expect(stepEnds({ text: '70+13=83. The answer is 83.', ends: [5, 6, 9, 20, 27] })).toEqual([1, 2, 4]);
  fc.assert(
    fc.property(lengths, fc.array(fc.constantFrom('=', 'a', '\n'), { minLength: 160, maxLength: 160 }), (tokens, characters) => {
      let end = 0;
      const ends = tokens.map((length) => (end += length));
      const text = characters.join('').slice(0, end);
      const inner = stepBoundaries(text).slice(0, -1);
      const plainly = inner.map((boundary) => ends.findIndex((e) => e >= boundary));
      expect(stepEnds({ text, ends })).toEqual([...new Set([...plainly, ends.length - 1])]);
    }),
  );
});

test('each token is looked at a few times, however many steps there are', () => {
  const text = '='.repeat(2000);
  let looks = 0;
  const ends = new Proxy(
    Array.from(text, (_, i) => i + 1),
    {
      get(target, name, receiver): unknown {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks++;
        return Reflect.get(target, name, receiver);
      },
    },
  );
  expect(stepEnds({ text, ends })).toHaveLength(2000);
  expect(looks).toBeLessThan(5 * text.length);
});
