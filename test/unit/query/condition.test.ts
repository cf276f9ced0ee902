import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allOf, conditionText, isNumber, isText, isTrue, isUnknown, isWithin, notText } from '../../../src/query/condition.js';
import { parse } from '../../../src/query/parse.js';

test('conditions as a person would write them', () => {
  expect(
    allOf(isWithin('step', 3, 3), isWithin('tokens', 0, 99), undefined, isText('answer', '42'), isTrue('truncated'), isUnknown('kl')),
  ).toBe('step = 3 and tokens in 0..99 and answer = "42" and truncated and kl is unknown');
  expect(notText({ kind: 'flag', property: { name: 'group.signal' } })).toBe('not group.signal');
  expect(conditionText({ kind: 'label', label: 'two words' })).toBe('label:"two words"');
});

test('whatever an answer or a question’s id holds, the condition is read again as that', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), (answer, id, reward) => {
      const { tree } = parse(allOf(isText('answer', answer), isText('question.id', id), isNumber('reward', '>=', reward)));
      expect(tree).toMatchObject({
        kind: 'and',
        parts: [
          { kind: 'text', is: '=', value: answer },
          { kind: 'text', is: '=', value: id },
          { kind: 'number', is: '>=', value: reward === 0 ? 0 : reward },
        ],
      });
    }),
  );
});
