import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete } from '../../../src/query/complete.js';
import { parse } from '../../../src/query/parse.js';

const vocabulary = { rewards: ['correct', 'format of it'], info: ['level'], labels: ['hack'], runs: ['arith-grpo-1'] };
/** What is offered at the end of the text. */
const offered = (text: string): string[] => complete(text, text.length, vocabulary).items.map((item) => item.text);

test('at the beginning every property is offered that can be asked for', () => {
  const all = offered('');
  expect(all).toEqual(
    expect.arrayContaining(['reward', 'kl.max', 'rewards.correct', 'rewards."format of it"', 'info.level', 'step', 'not', 'label:hack']),
  );
});

test('what was begun is completed', () => {
  expect(offered('correct and rew')).toEqual(['reward', 'rewards.correct', 'rewards."format of it"']);
  expect(offered('rewards.')).toEqual(['rewards.correct', 'rewards."format of it"']);
  expect(complete('correct and rew', 15)).toMatchObject({ start: 12, end: 15 });
  expect(complete('rew and correct', 3)).toMatchObject({ start: 0, end: 3 });
  expect(offered('(not cor')).toEqual(['correct']);
});

test('after a property stands what it can be compared with, after that its values', () => {
  expect(offered('reward ')).toEqual(['<', '<=', '>', '>=', 'in', '=', '!=', 'is unknown']);
  expect(offered('text ')).toEqual(['~', '=', '!=', 'is unknown']);
  expect(offered('finish = ')).toEqual(['stop', 'length', 'other']);
  expect(offered('run = ')).toEqual(['arith-grpo-1']);
  expect(offered('kl is ')).toEqual(['known', 'unknown']);
  expect(offered('correct ')).toEqual(['is unknown', 'and', 'or']);
  expect(offered('reward > 1 ')).toEqual(['and', 'or']);
  expect(offered('step in 1..2 ')).toEqual(['and', 'or']);
  expect(offered('"let me" ')).toEqual(['and', 'or']);
  expect(offered('label:')).toEqual(['hack']);
  expect(offered('nonsense ')).toEqual([]);
  expect(offered('"let m')).toEqual([]);
});

test('no text and no place makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, at) => {
      const offset = text.length === 0 ? 0 : at % (text.length + 1);
      const { start, end } = complete(text, offset, vocabulary);
      expect(end).toBe(offset);
      expect(start).toBeLessThanOrEqual(offset);
    }),
  );
});

test('a property that is chosen is one that can be asked for', () => {
  for (const item of offered('').filter((text) => text !== 'not' && !text.startsWith('label:')))
    expect(parse(`${item} is unknown`).problem, item).toBeUndefined();
});
