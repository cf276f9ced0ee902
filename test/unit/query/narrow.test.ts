import { expect, test } from 'vitest';
import { hasCondition, toggled } from '../../../src/query/narrow.js';

test.each([
  ['', 'correct', 'correct'],
  ['"wait"', 'finish = length', '"wait" and finish = length'],
  ['"wait" and finish = length', 'finish=length', '"wait"'],
  ['"a" or "b"', 'step in 1..2', '("a" or "b") and step in 1..2'],
  ['("a" or "b") and correct', 'correct', '("a" or "b")'],
  ['not correct', 'correct', 'not correct and correct'],
  ['reward >= 0.5', 'reward >= 0.5 and reward < 1', 'reward >= 0.5 and reward >= 0.5 and reward < 1'],
  ['reward >= 0.5 and "x" and reward < 1', 'reward >= 0.5 and reward < 1', '"x"'],
  ['rewrad >', 'correct', 'rewrad >'],
])('%j with %j is %j', (filter, condition, expected) => {
  expect(toggled(filter, condition)).toBe(expected);
});

test('a condition is told however it is written', () => {
  expect(hasCondition('(step in 1..5) and "x"', 'step in 1 .. 5')).toBe(true);
  expect(hasCondition('step in 1..5 or "x"', 'step in 1..5')).toBe(false);
});
