import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atPath, numeric, parseJson, parseJsonLine } from '../../../src/importers/files/json.js';

test('NaN and the infinities of Python are values, and words in texts stay', () => {
  expect(parseJson('{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN, \\"Infinity"}')).toEqual({
    a: NaN,
    b: [-Infinity, Infinity],
    c: 'NaN, "Infinity',
  });
});

test('with non-finite numbers among them, all other values come back as they were', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseJson(`[NaN, ${JSON.stringify(value)}]`)).toEqual([NaN, JSON.parse(JSON.stringify(value))]);
    }),
  );
});

test('what is no JSON is told with file and line', () => {
  expect(() => parseJsonLine('x.jsonl', 7, '{"a": }')).toThrow(/^x\.jsonl, line 7: not JSON/);
  expect(() => parseJsonLine('x.jsonl', 7, '{"a": NaNa}')).toThrow(/^x\.jsonl, line 7: not JSON/);
});

test('a dotted path reaches into lists and records, and prefers a key that has dots itself', () => {
  const row = { a: { b: [{ c: 1 }] }, 'a.b': 2, __proto__: null };
  expect(atPath(row, 'a.b')).toBe(2);
  expect(atPath(row, 'a.b.0.c')).toBe(1);
  expect(atPath(row, 'a.x.y')).toBe(undefined);
  expect(atPath(row, 'constructor')).toBe(undefined);
});

test('numbers in text are read as CSV and trainers write them; what is blank, or a word, is none', () => {
  expect([' 0 ', '-0', '1e-5', '.5', '+3', '0x10'].map(numeric)).toEqual([0, -0, 1e-5, 0.5, 3, 16]);
  expect(['inf', '-inf', '+Infinity', ' -INFINITY ', 'Infinity'].map(numeric)).toEqual([
    Infinity,
    -Infinity,
    Infinity,
    -Infinity,
    Infinity,
  ]);
  expect(['nan', 'NaN'].map(numeric)).toEqual([NaN, NaN]);
  expect(['', ' ', '\t\r\n', '\uFEFF', 'x', '1,5', '1 2', 'infinite', null, {}, []].map(numeric)).toEqual(new Array(11).fill(null));
});
