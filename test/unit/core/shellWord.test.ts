import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from '../../../src/core/shellWord.js';

test.skipIf(process.platform === 'win32')('a shell takes any text for the one word that it is', () => {
  const unit = fc.constantFrom(
    'a',
    ' ',
    "'",
    '"',
    '$',
    '`',
    '\\',
    '\n',
    '\t',
    '!',
    '*',
    '?',
    '~',
    '#',
    '&',
    '|',
    ';',
    '<',
    '(',
    '{',
    '[',
    '=',
    '%',
    'é',
    '漢',
    '$(touch x)',
  );
  const text = fc.string({ unit, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (words) => {
      const seen = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' });
      expect(seen.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30 },
  );
});

test('plain words stay plain', () => {
  expect(['--a=b/c.py', '', 'a b', "it's"].map(shellWord)).toEqual(['--a=b/c.py', "''", "'a b'", `'it'\\''s'`]);
});
