import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conversationOf, turnCounts, turnCountsText, turnTitle } from '../../../src/protocol/conversation.js';
import type { Turn } from '../../../src/protocol/turns.js';

/** Turns of one character each, by what they are. */
const turnsOf = (...turns: Partial<Turn>[]): Turn[] =>
  turns.map((t, i) => ({ role: t.kind === 'tool_result' ? 'tool' : 'assistant', kind: 'text', start: i, end: i + 1, ...t }));
const call = (id?: string): Partial<Turn> => ({ kind: 'tool_call', name: 'python', call: id });
const result = (id?: string, ok?: boolean): Partial<Turn> => ({ kind: 'tool_result', name: 'python', call: id, ok });
/** `0→2`: the turn at 0 is a call that the one at 2 answers. */
const pairs = (turns: Turn[]): string[] =>
  conversationOf('x'.repeat(turns.length), turns).map((p) =>
    p.kind === 'outside' ? 'outside' : `${p.turn.start}${p.result ? `→${p.result.start}` : ''}`,
  );

describe('a call and its result stand together', () => {
  test('by the name they share, whatever their order', () =>
    expect(pairs(turnsOf(call('a'), call('b'), result('b'), result('a')))).toEqual(['0→3', '1→2']));
  test('by order where they share none', () => expect(pairs(turnsOf(call(), call(), result(), result()))).toEqual(['0→2', '1→3']));
  test('by order where only one of them has a name', () => {
    expect(pairs(turnsOf(call('a'), result()))).toEqual(['0→1']);
    expect(pairs(turnsOf(call(), result('a')))).toEqual(['0→1']);
  });
  test('a result that answers no call, and a call that has none, stand alone', () =>
    expect(pairs(turnsOf(result(), call('a'), {}, result('b')))).toEqual(['0', '1', '2', '3']));
});

test('text in no turn is there unless it is white space', () => {
  const text = '<s>ab\n\ncd \n</s>\n';
  const turns: Turn[] = [
    { role: 'user', kind: 'text', start: 3, end: 5 },
    { role: 'assistant', kind: 'text', start: 7, end: 9 },
  ];
  expect(conversationOf(text, turns).map((p) => (p.kind === 'outside' ? text.slice(p.start, p.end) : p.turn.role))).toEqual([
    '<s>',
    'user',
    'assistant',
    '</s>',
  ]);
});

test('a name before a turn that only repeats its role is not shown twice; another name, or one before nothing, is', () => {
  const text = 'user: a\n\ntool: b\n\nassistant:';
  const turns: Turn[] = [
    { role: 'user', kind: 'text', start: 6, end: 7 },
    { role: 'assistant', kind: 'text', start: 15, end: 16 },
  ];
  expect(conversationOf(text, turns).map((p) => (p.kind === 'outside' ? text.slice(p.start, p.end) : p.turn.role))).toEqual([
    'user',
    'tool:',
    'assistant',
    'assistant:',
  ]);
});

test('whatever the turns, each is shown once', () => {
  const anyTurn = fc.constantFrom<Partial<Turn>>({}, call(), call('a'), call('b'), result(), result('a'), result('b'));
  fc.assert(
    fc.property(fc.array(anyTurn, { maxLength: 12 }), (chosen) => {
      const turns = turnsOf(...chosen);
      const shown = conversationOf('x'.repeat(turns.length), turns).flatMap((p) =>
        p.kind === 'outside' ? [] : [p.turn.start, ...(p.result ? [p.result.start] : [])],
      );
      expect(shown.sort((a, b) => a - b)).toEqual(turns.map((t) => t.start));
    }),
  );
});

test('in words', () => {
  expect(turnCountsText(turnCounts(turnsOf({}, call(), result(undefined, false), call(), result(undefined, true))))).toBe(
    '5 turns · 2 calls (1 failed)',
  );
  expect(turnCountsText(turnCounts(turnsOf({})))).toBe('1 turn');
  expect(turnsOf({}, { kind: 'reasoning' }, call(), result(), { role: 'user', kind: 'image' }).map(turnTitle)).toEqual([
    'assistant',
    'assistant · reasoning',
    'assistant · call of python',
    'tool · result of python',
    'user · picture',
  ]);
});
