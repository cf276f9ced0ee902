import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupOf } from '../../../src/importers/foreignGroups.js';
import { LineGroups, moreWhenScattered } from '../../../src/importers/parts/lineGroups.js';
import { scratch } from '../../builders/importing.js';

const path = join(scratch(), 'rows.jsonl');

/** @param parsed hears of each row that is parsed */
const open = (maxBytes: number, parsed = (): unknown => null): LineGroups<string> =>
  new LineGroups<string>(
    { path, name: 'rows.jsonl', bytes: 0, modified: 0 },
    {
      row(value) {
        parsed();
        return { key: String(value.key), row: String(value.text) };
      },
      group: (rows, group) => [
        { kind: 'event', event: groupOf({ step: 1, group, question: `${group}`, solutions: rows.map((text) => ({ text })) }) },
      ],
      firstStep: () => 1,
    },
    maxBytes,
  );

/** The last that was said of each group. */
async function read(part: LineGroups<string>, into: Map<number, string[]>): Promise<number> {
  let groups = 0;
  for await (const item of part.read(new AbortController().signal))
    if (item.kind === 'event' && item.event.type === 'group') {
      into.set(
        item.event.group,
        item.event.solutions.map(({ text }) => text),
      );
      groups++;
    }
  return groups;
}

const rows = fc.array(fc.record({ key: fc.nat(4), text: fc.string({ unit: 'grapheme', maxLength: 12 }) }), { maxLength: 40 });

test('rows come together in their order, however far apart they stand, however little is held, and in whatever pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 0, max: 300 }),
      fc.nat(40),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      async (all, maxBytes, cut, end) => {
        const expected = new Map<string, string[]>();
        for (const { key, text } of all) expected.set(String(key), [...(expected.get(String(key)) ?? []), text]);
        const lines = all.map((row) => `${JSON.stringify(row)}${end}`);
        writeFileSync(path, lines.slice(0, cut).join(''));
        const part = open(maxBytes);
        const groups = new Map<number, string[]>();
        await read(part, groups);
        appendFileSync(path, lines.slice(cut).join(''));
        await read(part, groups);
        expect([...groups].sort(([a], [b]) => a - b).map(([, texts]) => texts)).toEqual([...expected.values()]);
        expect(await read(part, groups)).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});

test('a group larger than any can be ends the reading where it becomes so', async () => {
  writeFileSync(path, '{"key":1,"text":"a"}\n'.repeat(70_000));
  await expect(read(open(1_000_000_000), new Map())).rejects.toThrow('rows.jsonl, line 65537: its group has more than 65536 rows.');
});

/** Rows of twenty groups in turn. */
const inTurn = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${JSON.stringify({ key: i % 20, text: `${i} ${'x'.repeat(200)}` })}\n`);

test('groups that are scattered over a large file are told once, also when none shows so among the first rows', async () => {
  writeFileSync(path, inTurn(400).join(''));
  expect(statSync(path).size).toBeGreaterThan(80_000);
  const groups = new Map<number, string[]>();
  expect(await read(open(2000), groups)).toBe(20);
  expect([...groups.values()].map((texts) => texts.length)).toEqual(new Array(20).fill(20));
});

test('rows of a scattered file are read a second time only as far as there was no room for them', async () => {
  const lines = inTurn(400);
  writeFileSync(path, lines.join(''));
  const room = 0.75 * statSync(path).size;
  let parsed = 0;
  const groups = new Map<number, string[]>();
  await read(
    open(room / moreWhenScattered, () => parsed++),
    groups,
  );
  expect([...groups.values()].flat().map((text) => Number.parseInt(text))).toEqual(
    Array.from({ length: 400 }, (_, i) => Math.floor(i / 20) + 20 * (i % 20)),
  );
  expect(parsed).toBeGreaterThan(490);
  expect(parsed).toBeLessThan(510);
});

test('neighbouring rows of a group are told as soon as there is no room, once', async () => {
  const lines = Array.from({ length: 400 }, (_, i) => `${JSON.stringify({ key: Math.floor(i / 20), text: `${i} ${'x'.repeat(200)}` })}\n`);
  writeFileSync(path, lines.join(''));
  const groups = new Map<number, string[]>();
  expect(await read(open(20_000), groups)).toBeLessThanOrEqual(25);
  expect([...groups.values()].map((texts) => texts.length)).toEqual(new Array(20).fill(20));
});

test('keys as long as prompts are told apart by their last letter', async () => {
  const keys = ['a', 'b', 'a'].map((end) => `${'A long prompt. '.repeat(40)}${end}`);
  writeFileSync(path, keys.map((key, i) => `${JSON.stringify({ key, text: `${i}` })}\n`).join(''));
  const groups = new Map<number, string[]>();
  await read(open(2000), groups);
  expect([...groups.values()]).toEqual([['0', '2'], ['1']]);
});
