import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLine } from '../../../src/protocol/parseLine.js';
import { turnFault, type Turn } from '../../../src/protocol/turns.js';
import { aGroup } from '../../builders/aRun.js';

const spoken = (start: number, end: number): Turn => ({ role: 'assistant', kind: 'text', start, end });

/** Offsets of turns in a text: each begins where or after the one before it ends. */
const partition = fc.tuple(fc.array(fc.tuple(fc.nat(5), fc.nat(20)), { maxLength: 8 }), fc.nat(5)).map(([parts, rest]) => {
  let at = 0;
  const turns = parts.map(([gap, length]) => spoken((at += gap), (at += length)));
  return { turns, length: at + rest };
});

test('turns in order, with gaps between them, are those of a text that is long enough', () => {
  fc.assert(fc.property(partition, ({ turns, length }) => turnFault(length, turns) === undefined));
});

test('a turn that overlaps, is backwards or passes the end is found, and named', () => {
  expect(turnFault(9, [spoken(0, 4), spoken(3, 6)])).toBe('turn 2 of 2 begins at 3, before the one before it ends (4)');
  expect(turnFault(9, [spoken(5, 4)])).toBe('turn 1 of 1 ends at 4, before it begins (5)');
  expect(turnFault(9, [spoken(0, 4), spoken(4, 10)])).toBe('turn 2 of 2 ends at 10, the text has 9');
});

test('bad turns are left out of the event with a word, and nothing else is', () => {
  const group = aGroup(1, 0, 3);
  if (group.type !== 'group') throw new Error('no group');
  const turns = [[spoken(0, 4), spoken(4, 9)], [spoken(0, 1e6)], undefined];
  const body = {
    ...group,
    question_turns: [{ role: 'user', kind: 'text', start: 8, end: 2 }],
    solutions: group.solutions.map((s, i) => ({ ...s, ...(turns[i] && { turns: turns[i] }) })),
  };
  const parsed = parseLine(JSON.stringify({ v: 1, seq: 1, time: '2026-01-01T00:00:00Z', ...body }));
  if (parsed.kind !== 'event' || parsed.event.type !== 'group') throw new Error('no group');
  expect(parsed.faults).toEqual([
    'question_turns: turn 1 of 1 ends at 2, before it begins (8). The turns are left out, the text is whole',
    `solutions.1.turns: turn 1 of 1 ends at 1000000, the text has ${group.solutions[1].text.length}. The turns are left out, the text is whole`,
  ]);
  expect(parsed.event.solutions.map((s) => s.turns)).toEqual([turns[0], undefined, undefined]);
  expect(parsed.event.solutions.map((s) => s.text)).toEqual(group.solutions.map((s) => s.text));
});

test('a picture is named by the digest of its content, and no path', () => {
  const group = aGroup(1, 0, 1);
  if (group.type !== 'group') throw new Error('no group');
  const line = (media: string): string =>
    JSON.stringify({ v: 1, seq: 1, time: '', ...group, question_turns: [{ role: 'user', kind: 'image', start: 0, end: 0, media }] });
  expect(parseLine(line(`${'0a'.repeat(32)}.png`)).kind).toBe('event');
  for (const media of ['../../etc/passwd', 'a.png', `${'0a'.repeat(32)}.svg`, `/${'0a'.repeat(32)}.png`])
    expect(parseLine(line(media)).kind).toBe('invalid');
});
