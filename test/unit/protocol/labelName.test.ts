import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelName, labelOf, longestLabel } from '../../../src/protocol/labelName.js';
import { parse } from '../../../src/query/parse.js';
import { print } from '../../../src/query/print.js';

test('what was typed becomes a name without what cannot be seen; the same letters are the same name', () => {
  expect(labelOf('  wrong \t unit ')).toBe('wrong unit');
  expect(labelOf('re\u0301sume\u0301')).toBe('r\u00e9sum\u00e9');
  for (const none of ['', '  ', '\u200b', 'a\u202eb', 'x'.repeat(longestLabel + 1), '\ud800']) expect(labelOf(none)).toBeUndefined();
});

test('a name is a name again, and a filter can ask for it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 150 }), (typed) => {
      const name = labelOf(typed);
      if (name === undefined) return;
      expect(labelOf(name)).toBe(name);
      expect(labelName.safeParse(name).success).toBe(true);
      const filter = print({ kind: 'label', label: name, start: 0, end: 0 });
      expect(parse(filter).tree).toMatchObject({ kind: 'label', label: name });
    }),
  );
});
