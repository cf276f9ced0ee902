import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gradeSolution, type GradeOptions } from '../../../src/grading/grade.js';

interface Pair {
  kind: string;
  gold: string;
  pred: string;
  expected: boolean;
  options?: GradeOptions;
}

const pairs = readFileSync('test/fixtures/grading/pairs.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Pair);

describe.each([...new Set(pairs.map((p) => p.kind))])('labelled pairs: %s', (kind) => {
  test.each(pairs.filter((p) => p.kind === kind))('$pred for $gold: $expected', ({ gold, pred, expected, options }) => {
    const { verdict, rule } = gradeSolution(pred, gold, options);
    expect({ equal: verdict === 'equal', rule }).toEqual({ equal: expected, rule });
  });
});

test('what is an answer in a box or between dollars is the same answer alone', () => {
  const alone = pairs.flatMap(({ gold, pred, options }) => {
    const content = /^\s*(?:\$?\\boxed\{([^]*)\}\$?\.?|\$([^$]+)\$)\s*$/.exec(pred);
    const answer = content?.[1] ?? content?.[2];
    // A box that is never closed is no answer alone.
    return answer && answer.split('{').length === answer.split('}').length && !/\\boxed|\$/.test(answer) && !options
      ? [{ gold, answer }]
      : [];
  });
  expect(alone.length).toBeGreaterThan(300);
  const otherwise = alone.filter(
    ({ gold, answer }) => gradeSolution(answer, gold).verdict !== gradeSolution(`\\boxed{${answer}}`, gold).verdict,
  );
  expect(otherwise).toEqual([]);
});
