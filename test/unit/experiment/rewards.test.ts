import { describe, expect, test } from 'vitest';
import { keyAt } from '../../../src/experiment/experimentKeys.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { grpoFile } from './files.js';

const withRewards = (...terms: string[]) => `${grpoFile}reward:\n${terms.map((t) => `  - { ${t} }\n`).join('')}`;

/** Problems as `severity the text they mark: message`. */
function problems(text: string): string[] {
  return parseExperiment(text).problems.map((p) => `${p.severity} «${text.slice(p.range.start.offset, p.range.end.offset)}»: ${p.message}`);
}

test('every term takes its settings and fills in the others', () => {
  const text = withRewards(
    'term: correct',
    'term: format, marker: boxed, weight: 0.1',
    'term: length_penalty, cache_tokens: 20',
    'term: repetition',
    "term: regex, pattern: '^<think>'",
  );
  expect(problems(text)).toEqual([]);
  expect(parseExperiment(text).experiment?.reward).toEqual([
    { term: 'correct', weight: 1 },
    { term: 'format', weight: 0.1, marker: 'boxed' },
    { term: 'length_penalty', weight: 1, cache_tokens: 20 },
    { term: 'repetition', weight: 1, ngram: 3 },
    { term: 'regex', weight: 1, pattern: '^<think>' },
  ]);
});

describe('a mistake is marked where it stands', () => {
  test.each([
    [
      "term: regex, pattern: '(?=a)b'",
      "error «'(?=a)b'»: reward[0].pattern is no regular expression of RE2: invalid or unsupported Perl syntax: `(?=`.",
    ],
    ["term: regex, pattern: 'a{900}b{900}c{900}'", /^error «'a\{900\}.*'»: .*too large/],
    ['term: regex', /^error «.*»: Missing key reward\[0\]\.pattern \(text\)\./],
    ['term: length_penalty, max_tokens: 40, cache_tokens: 50', /^error «50»: .*cache_tokens can be 40 at most\.$/],
    ['term: length_penalty, max_tokens: 200', /^warning «200»: The length penalty begins above 160 tokens/],
    ['term: format, marker: box', /^error «box»: .*did you mean "boxed"\?/],
    ['term: correct, pattern: a', /^error «pattern»: Unknown key "pattern" in reward\[0\]/],
    ['term: lenght_penalty', /^error «lenght_penalty»: .*did you mean "length_penalty"\?/],
  ])('%s', (term, expected) => {
    const found = problems(withRewards(term));
    expect(found).toHaveLength(1);
    if (typeof expected === 'string') expect(found[0]).toBe(expected);
    else expect(found[0]).toMatch(expected);
  });
});

test('the hover on a setting tells about this term', () => {
  const text = withRewards('term: regex, pattern: abc', 'term: repetition, ngram: 4');
  expect(keyAt(text, text.indexOf('pattern'))?.info.description).toMatch(/RE2's syntax/);
  expect(keyAt(text, text.indexOf('ngram'))?.info).toMatchObject({ default: 3, accepts: 'integer, 1 to 64' });
  expect(keyAt(text, text.indexOf('repetition'))?.info.description).toMatch(/n-grams/);
});
